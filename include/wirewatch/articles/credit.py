"""Where do I change which agency an article credits, and by what evidence? Here.

Asked in order, the surest first: the author field, JSON-LD, a mark in the lead, a mark at the end,
and as weak evidence that people in the story “told AFP” something.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wirewatch.articles.agencies import PATTERN, SPELLINGS, is_agency
from wirewatch.articles.linked_data import Node, text_of


class Evidence(StrEnum):
    """By what an agency is known; the last is weak."""

    AUTHOR = "author field"
    LINKED_DATA = "JSON-LD"
    LEAD = "lead"
    TAIL = "end of the text"
    TOLD = "told to the agency"


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency and the words that show it."""

    agency: str
    evidence: Evidence
    text: str


_NAME = rf"({PATTERN})"
_MORE = r"(?:\s*[/,;|&–-]\s*[\w. ]{1,40})*\s*"
_KNOWN = "(AFP|AP|Reuters|dpa|Xinhua|PTI|ANI|IANS)"
_LEAD = re.compile(
    rf"^[^.!?]{{0,90}}\(\s*(?:MENAFN\s*-\s*)?{_NAME}{_MORE}\)\s*(?:--|[—–:-])"  # X (dpa/lno) -
    # “(AA)” in a sentence may be a club; these are not mistaken
    rf"|^(?:(?:[A-ZÀ-Ž][\w'’./-]*|\d{{1,4}})[ ,]+){{0,7}}\({_KNOWN}{_MORE}\)"
    rf"|^{_NAME}\s*[—–:|-]+\s"  # AFP — The …
    rf"|^[A-ZÀ-Ž, ]{{3,50}}[—–-]\s*{_NAME}\s*[—–-]"  # CAIRO — Reuters —
)
_HELP = "(?:inputs?|reporting|material|Material|files?|information)"
_TAIL = re.compile(
    rf"[\(\[—–]\s*{_NAME}(?:\s*[/,]\s*[\w. ]{{1,30}})*\s*[\)\]]?\s*\.?$"
    rf"|^(?:[–—-]\s*)?(?:[Ss]ource|SOURCE|Quelle|Fuente|Fonte|Agency|With|mit|Mit|via|Via|By)\b:?\s*"
    rf"(?:(?:additional )?{_HELP} (?:from|by|von) )?{_NAME}\b.{{0,40}}$"
    rf"|(?:[Ww]ith|[Aa]dditional) {_HELP} (?:from|by) {_NAME}\b"
    rf"|(?:©|\([Cc]\)|[Cc]opyright)\s*(?:\d{{4}},? )?(?:[Tt]he )?{_NAME}\b"
    rf"|^{_NAME}(?:\s*[/,]\s*[\w. ]{{1,30}})*\.?$"
)
_REUTERS_SIGN_OFF = re.compile(
    r"\(?(?:Additional r|R|Writ)(?:eporting|ing) by .{3,200}[Ee]diting by "
)
_TOLD = re.compile(
    rf"\b(?:told|telling|tells|said (?:to|in (?:a statement|an interview) to)|spoke (?:to|with)|"
    rf"interview with|statement to|sagte (?:der|dem)|gegenüber(?: der)?|"
    rf"a (?:dit|déclaré|indiqué) à l['’]|dijo a)\s*(?:the )?(?:[Nn]ews agency )?{_NAME}\b"
)
_FIRST_PARAGRAPHS = 8


def credit(
    paragraphs: Sequence[str],
    authors: Sequence[str] = (),
    byline: str | None = None,
    node: Node | None = None,
) -> Credit | None:
    """The agency that the article credits, with its evidence; None where nothing names one."""
    for name in (*authors, byline or ""):
        if agency := is_agency(name) if name else None:
            return Credit(agency, Evidence.AUTHOR, name)
    return _in_linked_data(node or {}) or _in_text(paragraphs)


def _in_linked_data(node: Node) -> Credit | None:
    for key in (
        "sourceOrganization",
        "creditText",
        "creator",
        "author",
        "provider",
        "copyrightHolder",
    ):
        value = node.get(key)
        for item in value if isinstance(value, list) else [value]:
            name = text_of(item)
            if agency := is_agency(name) if name else None:
                return Credit(agency, Evidence.LINKED_DATA, name)
    return None


def _in_text(paragraphs: Sequence[str]) -> Credit | None:
    for paragraph in paragraphs[:2]:
        if found := _LEAD.search(paragraph[:160]):
            return _credit(found, Evidence.LEAD)
    for paragraph in reversed(paragraphs[-4:]):
        if found := _TAIL.search(paragraph[-250:]):
            return _credit(found, Evidence.TAIL)
        if found := _REUTERS_SIGN_OFF.search(paragraph):
            return Credit("Reuters", Evidence.TAIL, found.group())
    for paragraph in paragraphs[:_FIRST_PARAGRAPHS]:
        if found := _TOLD.search(paragraph):
            return _credit(found, Evidence.TOLD)
    return None


def _credit(found: "re.Match[str]", evidence: Evidence) -> Credit:
    return Credit(SPELLINGS[_named(found)], evidence, found.group().strip())


def _named(found: "re.Match[str]") -> str:
    return next(text for text in found.groups() if text)
