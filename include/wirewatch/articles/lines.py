"""Which lines of a page's text are not the story: headline again, byline, promotion, repeats?

Works on lines of text alone, in the languages whose phrases stand here; a line that no phrase
names stays.
"""

import re
from collections.abc import Iterable

from wirewatch.articles.wording import clean, letters

# A longer line with such a phrase is prose that happens to mention a newsletter.
MOST_PROMO_WORDS = 45

_PROMO = re.compile(
    r"(?:sign up|subscribe|join|receive|\bour|abonnier\w*|unsere\w*|notre|nuestr[ao]|nostra)\b.{0,60}newsletter|"
    r"newsletter.{0,50}(?:sign up|subscribe|inbox|anmeld|abonnier|informiert|s'inscrire|suscr)|"
    r"sign up (?:for our|to our|here|now)|subscribe (?:to|now|here|for)|follow (?:us|our|him|her)\b|"
    r"\bfollow \w+ on (?:google|twitter|facebook|x|instagram)|preferred source|click here|"
    r"^(?:more|read more|see more|related|also read|read also|watch|listen|download|advertisement|"
    r"image|photo|picture|video|credit|share this|recommended|editor.?s note)\s*:|"
    r"^(?:advertisement|anzeige|werbung|publicité|publicidad|annonse|reklame|share|comments?)$|"
    r"get in touch with|contact our|for more stories like this|(?:all|alle) rights reserved|"
    r"our website is the place|for the latest (?:breaking )?news|support (?:our|independent) journalism|"
    r"please (?:enable|log ?in|logout|sign in)|you(?:r browser| need to) (?:does not|enable)|"
    r"join (?:our|the) (?:whatsapp|telegram|channel|conversation)|whatsapp[- ](?:kanal|channel)|"
    r"^(?:reporting|editing|additional reporting|writing) by\b|"
    r"abonnier|jetzt (?:lesen|anmelden|testen|registrieren)|lesen sie (?:auch|hier|mehr|jetzt)|lies auch|"
    r"mehr zum thema|externe[rn]? inhalt|personenbezogene daten|mit (?:nur )?(?:zwei|einem) klicks?|"
    r"affiliate[- ]?links?|hier finden sie|finden sie (?:jederzeit )?in unserem|"
    r"abonnez|inscrivez|lire aussi|à lire (?:aussi|également)|suivez[- ]nous|"
    r"suscr[íi]b|lea tambi[ée]n|lee tambi[ée]n|te puede interesar|s[íi]guenos|boletín|"
    r"tu suscripción|este dispositivo|otro dispositivo|compartir tu cuenta|"
    r"iscriviti|leggi anche|seguici|riproduzione riservata|"
    r"assine|inscreva-se|leia (?:também|mais)|siga-nos|"
    r"abonneer|lees ook|meld je aan|les også|les mer om|læs også|läs (?:också|även|mer)|följ oss|"
    r"abone ol|haberin devamı|baca juga|xem thêm|czytaj (?:też|także)|čtěte také|přihlaste se",
    re.I,
)
_BYLINE = re.compile(
    r"^(?:by|von|par|por|di|av|af|door|text|texte|words by|written by|story by|photos? by|foto|fotos?)"
    r"(?::\s*|\s+)\S+(?:\s+\S+){0,9}$",
    re.I,
)
_STAMP = re.compile(
    r"^(?:(?:first )?(?:published|updated|last (?:updated|modified)|posted|veröffentlicht|aktualisiert|"
    r"stand|publié|mis à jour|publicado|actualizado|aggiornato|pubblicato|publisert|oppdatert|"
    r"date|created|issued)\b.{0,60}\d.{0,30}|"
    r"(?:[A-Za-zÀ-ž]{2,10}\.?,? )?\d{1,2}[./ -](?:\d{1,2}|[A-Za-zÀ-ž]{3,10}\.?)[./ -]?,? ?\d{2,4}"
    r"(?:[ ,|–-]+\d{1,2}[:.h]\d{2}.{0,12})?|\d+ min(?:ute)?s? read|\d+ (?:minute|hour|day)s? ago)$",
    re.I,
)
_TAIL = re.compile(
    r"^(?:related(?: (?:stories|articles|news|posts|topics))?|read more|more (?:from|on|stories|news)\b.*|"
    r"most (?:read|popular)|recommended(?: (?:for you|stories))?|you (?:may|might) (?:also )?like.*|"
    r"latest (?:news|stories)|about the authors?|share this.*|leave a (?:reply|comment)|comments?(?: \(\d+\))?|"
    r"mehr zum thema|auch interessant|das könnte (?:sie|dich) auch interessieren|weitere (?:artikel|themen)|"
    r"sur le même sujet|à lire aussi|te puede interesar|más (?:noticias|información)|leggi anche|"
    r"les også|læs også|läs mer|lees ook|ähnliche artikel|kommentar abgeben|mehr themen (?:auf|zu)\b.*)\s*:?$",
    re.I,
)


def split(text: str) -> list[str]:
    """The lines of an extractor's text, each clean, without list marks; empty ones are left out."""
    found = (clean(line.lstrip("-–•*· \t")) for line in text.split("\n"))
    return [line for line in found if line]


def story_lines(lines: list[str], title: str, authors: Iterable[str] = ()) -> list[str]:
    """The lines that are the story, in order, the first ones not again further down."""
    names = {letters(name) for name in authors}
    headline = letters(title)
    last = len(lines)
    kept: list[str] = []
    opening: set[str] = set()
    seen: set[str] = set()
    for place, line in enumerate(lines):
        own = letters(line)
        if not own or own == headline or (place < 6 and own in names):
            continue
        if place < 8 and headline and len(own) > 20 and _nearly(own, headline):
            continue
        edge = place < 6 or place >= last - 3
        if is_clutter(line, edge=edge) or (len(own) > 30 and own in seen):
            continue
        # A standfirst or lead comes twice by a page's making; recipes repeat on purpose.
        seen = {*opening, own}
        if len(opening) < 3:
            opening.add(own)
        kept.append(line)
    return _without_tail(kept)


def is_clutter(line: str, *, edge: bool) -> bool:
    """Whether a line is promotion, or, at the story's edge, a byline or a time stamp."""
    words = len(line.split())
    if words <= MOST_PROMO_WORDS and _PROMO.search(line):
        return True
    if not edge or words > 14:
        return False
    return bool(_STAMP.match(line)) or (line[-1] not in '.!?…”"' and bool(_BYLINE.match(line)))


def _nearly(one: str, other: str) -> bool:
    """Whether one is the other with a kicker before it or a name after it."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 0.75 * len(long) and short in long


def _without_tail(lines: list[str]) -> list[str]:
    """The lines without headings such as “Related stories”, and without a list of headlines after one.

    Prose after such a heading is the story going on around a box.
    """
    for place, line in enumerate(lines):
        if len(line) < 60 and _TAIL.match(line):
            rest = lines[place + 1 :]
            if all(len(other.split()) <= 20 for other in rest):
                return [other for other in lines[:place] if not _is_heading_of_box(other)]
    return [line for line in lines if not _is_heading_of_box(line)]


def _is_heading_of_box(line: str) -> bool:
    return len(line) < 60 and _TAIL.match(line) is not None
