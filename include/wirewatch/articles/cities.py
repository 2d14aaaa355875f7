"""Which cities are believed as a dateline without further evidence? Lower case, add one here.

Capitals and the cities that news is most often filed from, in their English and local spellings.
"""

CITIES = frozenset(
    line.strip()
    for line in """
abidjan|abu dhabi|abuja|accra|addis ababa|aden|adelaide|ahmedabad|aleppo|alexandria|algiers|amman|amsterdam
ankara|antananarivo|antwerp|asmara|astana|asunción|asuncion|athens|atlanta|auckland|austin|baghdad|bahrain
baku|bali|baltimore|bamako|bangalore|bengaluru|bangkok|bangui|banjul|barcelona|basra|beersheba|beijing
beirut|belfast|belgrade|belgrad|benghazi|berlin|bern|bethlehem|birmingham|bishkek|bissau|bloemfontein
bogotá|bogota|bonn|bordeaux|boston|brasília|brasilia|bratislava|brazzaville|brisbane|brussels|brüssel
bucharest|budapest|buenos aires|bujumbura|busan|cairo|kairo|calgary|canberra|cape town|caracas|cardiff
casablanca|chennai|chicago|chișinău|chisinau|colombo|conakry|copenhagen|cotonou|dakar|dallas|damascus
damaskus|dar es salaam|darwin|davos|deir al-balah|deir el-balah|delhi|denver|detroit|dhaka|dili|djibouti
dnipro|doha|donetsk|dubai|dublin|durban|dushanbe|düsseldorf|edinburgh|erbil|frankfurt|freetown|gaborone
gaza|gaza city|gaza strip|gaza-stadt|geneva|genf|genève|georgetown|glasgow|goma|guatemala city|guangzhou
hague|hamburg|hanoi|harare|havana|helsinki|hebron|hiroshima|ho chi minh city|hobart|hong kong|honiara
houston|hyderabad|idlib|islamabad|istanbul|izmir|jakarta|jenin|jeddah|jerusalem|johannesburg|juba|kabul
kampala|kandahar|karachi|kathmandu|kharkiv|kherson|khan yunis|khan younis|khartoum|kigali|kingston
kinshasa|kolkata|kuala lumpur|kuwait city|kyiv|kiev|kyoto|lagos|lahore|la paz|leipzig|libreville|lilongwe
lima|lisbon|lisboa|ljubljana|lomé|lome|london|los angeles|luanda|lucknow|lusaka|luxembourg|luxemburg|lviv
lyon|madrid|mainz|malabo|manama|manila|maputo|marseille|mariupol|mecca|melbourne|mexico city|miami|milan
mailand|minneapolis|minsk|mogadishu|monrovia|montevideo|montreal|moroni|moscow|moskau|mosul|mumbai|munich
münchen|muscat|nablus|nagoya|nairobi|naples|nassau|naypyidaw|ndjamena|n'djamena|new delhi|new york
niamey|nicosia|nouakchott|nur-sultan|odesa|odessa|osaka|oslo|ottawa|ouagadougou|panama city|paramaribo
paris|perth|peshawar|philadelphia|phnom penh|phoenix|podgorica|port-au-prince|port louis|port moresby
port of spain|port sudan|prague|prag|praia|pretoria|pristina|pyongyang|quito|rabat|rafah|ramallah|rangoon
reykjavik|riga|rio de janeiro|riyadh|rom|rome|roma|rotterdam|sanaa|san francisco|san josé|san jose
san juan|san salvador|santiago|santo domingo|são paulo|sao paulo|sarajevo|seattle|sderot|seoul|sevastopol
shanghai|sharm el-sheikh|shenzhen|singapore|skopje|sofia|srinagar|stockholm|strasbourg|straßburg|stuttgart
sukhumi|suva|sydney|taipei|tallinn|tashkent|tbilisi|tegucigalpa|tehran|teheran|tel aviv|the hague|den haag
thimphu|tirana|tokyo|toronto|tripoli|tripolis|tunis|tulkarm|turin|ulaanbaatar|ulan bator|united nations
valencia|valletta|vancouver|vatican city|venice|vienna|wien|vientiane|vilnius|warsaw|warschau|washington
wellington|windhoek|wuhan|yangon|yaoundé|yaounde|yerevan|zagreb|zaporizhzhia|zürich|zurich|lucerne|luzern
""".replace("\n", "|").split("|")
    if line.strip()
)
