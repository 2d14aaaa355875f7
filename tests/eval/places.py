"""Names of countries, cities and peoples for measuring: what a foreign desk would list."""

COUNTRIES_AND_CITIES = frozenset(
    name.strip()
    for name in """
Afghanistan, Albania, Algeria, Andorra, Angola, Argentina, Armenia, Australia, Austria,
Azerbaijan, Bahamas, Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan,
Bolivia, Bosnia, Botswana, Brazil, Brunei, Bulgaria, Burundi, Cambodia, Cameroon, Canada, Chad,
Chile, China, Colombia, Comoros, Congo, Costa Rica, Croatia, Cuba, Cyprus, Denmark, Djibouti,
Dominica, Ecuador, Egypt, El Salvador, Eritrea, Estonia, Ethiopia, Fiji, Finland, France,
Gabon, Gambia, Georgia, Germany, Ghana, Greece, Grenada, Guatemala, Guinea, Guyana, Haiti,
Honduras, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Jamaica,
Japan, Jordan, Kazakhstan, Kenya, Kiribati, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon,
Lesotho, Liberia, Libya, Lithuania, Luxembourg, Madagascar, Malawi, Malaysia, Maldives, Mali,
Malta, Mauritania, Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco,
Mozambique, Myanmar, Namibia, Nauru, Nepal, Netherlands, New Zealand, Nicaragua, Niger,
Nigeria, North Korea, Norway, Oman, Pakistan, Palau, Palestine, Panama, Papua New Guinea,
Paraguay, Peru, Philippines, Poland, Portugal, Qatar, Romania, Russia, Rwanda, Samoa,
Saudi Arabia, Senegal, Serbia, Seychelles, Sierra Leone, Singapore, Slovakia, Slovenia,
Somalia, South Africa, South Korea, South Sudan, Spain, Sri Lanka, Sudan, Suriname, Sweden,
Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Togo, Tonga, Tunisia, Turkey,
Turkmenistan, Tuvalu, Uganda, Ukraine, United Arab Emirates, United Kingdom, United States,
Uruguay, Uzbekistan, Vanuatu, Venezuela, Vietnam, Yemen, Zambia, Zimbabwe, US, UK, UAE, London,
Paris, Berlin, Madrid, Rome, Moscow, Beijing, Tokyo, Seoul, Delhi, New Delhi, Mumbai, Karachi,
Lahore, Dhaka, Cairo, Lagos, Nairobi, Accra, Abuja, Addis Ababa, Johannesburg, Pretoria,
Cape Town, Tunis, Algiers, Tripoli, Baghdad, Tehran, Riyadh, Dubai, Abu Dhabi, Doha, Damascus,
Beirut, Jerusalem, Gaza, Ankara, Istanbul, Athens, Vienna, Brussels, Geneva, Washington,
New York, Boston, Chicago, Houston, Dallas, Miami, Los Angeles, Toronto, Ottawa, Montreal,
Vancouver, Mexico City, Havana, Lima, Bogota, Caracas, Santiago, Buenos Aires, Brasilia,
Sydney, Melbourne, Canberra, Auckland, Wellington, Bangkok, Hanoi, Manila, Jakarta,
Kuala Lumpur, Shanghai, Hong Kong, Taipei, Kaohsiung, Ulaanbaatar, Kathmandu, Colombo,
Islamabad, Kabul, Tashkent, Kyiv, Warsaw, Prague, Budapest, Dublin, Glasgow, Manchester,
Santos, Victoria, Alexandria, Cordoba, Valencia, Cambridge, Kingston, Birmingham, Israeli,
Chinese, American, British, Indian, Russian, French, Iranian, Palestinian, Egyptian, Nigerian,
Kenyan, Turkish, Mexican, Cuban, Canadian, Australian
""".replace("\n", " ").split(",")
)
