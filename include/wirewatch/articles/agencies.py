"""Where do I add a news agency? Here: its name, then its other spellings."""

import re

# The name that a credit gets, then other spellings. Short ones count only in capitals.
_AGENCIES = """
AFP: Agence France-Presse, Agence France Presse
AP: Associated Press, The Associated Press
Reuters: Thomson Reuters, REUTERS
dpa: DPA, Deutsche Presse-Agentur, dpa-infocom, dpa-AFX, dpa/lno, dpa-tmn
Bloomberg: Bloomberg News
Xinhua: XINHUA, Xinhua News Agency
TASS: ITAR-TASS, Tass
RIA Novosti: RIA, RIA-Novosti
Interfax: INTERFAX
ANSA: Ansa
EFE: Efe, Agencia EFE
Europa Press: EUROPA PRESS
Lusa: LUSA, Agência Lusa
APA: Austria Presse Agentur
Keystone-SDA: SDA, sda, Keystone-SDA-ATS, Keystone/SDA
ANP: Algemeen Nederlands Persbureau
Belga: BELGA
NTB: Norsk Telegrambyrå
TT: TT Nyhetsbyrån, TT-AFP
Ritzau: RITZAU
STT: STT-Lehtikuva
PAP: Polska Agencja Prasowa
ČTK: CTK, ČTK/AP
MTI: Magyar Távirati Iroda
PA Media: PA, Press Association
UPI: United Press International
AAP: Australian Associated Press
Canadian Press: The Canadian Press, CP
Kyodo: Kyodo News, KYODO
Jiji: Jiji Press, JIJI
Yonhap: Yonhap News Agency, YONHAP
KCNA: Korean Central News Agency
PTI: Press Trust of India
ANI: Asian News International
IANS: Indo-Asian News Service
UNI: United News of India
APP: Associated Press of Pakistan
BSS: Bangladesh Sangbad Sangstha
Bernama: BERNAMA
Antara: ANTARA
VNA: Vietnam News Agency
CNA: Central News Agency
Anadolu: AA, Anadolu Agency, Anadolu Ajansı, Anadolu Agency (AA)
DHA: Demirören Haber Ajansı
IHA: İhlas Haber Ajansı, İHA
WAFA: Wafa, WAFA News Agency
WAM: Emirates News Agency
SPA: Saudi Press Agency
QNA: Qatar News Agency
KUNA: Kuwait News Agency
BNA: Bahrain News Agency
Petra: Jordan News Agency
NNA: National News Agency
MENA: Middle East News Agency
IRNA: Islamic Republic News Agency
ISNA: Iranian Students News Agency
SANA: Syrian Arab News Agency
Ukrinform: UKRINFORM
SAnews: SAnews.gov.za
NAN: News Agency of Nigeria
""".strip()


def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _AGENCIES.split("\n"):
        name, others = line.split(":", 1)
        for spelling in (name, *others.split(",")):
            found[spelling.strip()] = name
    return found


SPELLINGS = _spellings()
# Longest first, so that “Associated Press of Pakistan” is not “Associated Press”.
PATTERN = "|".join(map(re.escape, sorted(SPELLINGS, key=len, reverse=True)))
_WHOLE = re.compile(rf"(?<!\w)(?:{PATTERN})(?!\w)")


def agency_in(text: str) -> str | None:
    """The first agency that a short text names, such as an author field; None if it names none."""
    found = _WHOLE.search(text)
    return SPELLINGS[found.group()] if found else None


def is_agency(text: str) -> str | None:
    """The agency that a text is, and nothing beside: “AFP”, “By Reuters”, “dpa/AFP”; else None."""
    rest = _WHOLE.sub("", text)
    if re.search(
        r"\w{3,}", re.sub(r"(?i)\b(?:by|von|par|mit|with|staff|news|the|and|und)\b", "", rest)
    ):
        return None
    return agency_in(text)
