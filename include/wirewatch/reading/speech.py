"""Where do I change how the words of [quotes] are looked up? One record for each language."""

import re
from dataclasses import dataclass
from functools import lru_cache

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.tokens import token_pattern


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """The [quotes] of a language file as sets: what says, who can say it, where a name stops."""

    say: frozenset[str]
    with_quote: frozenset[str]
    tell: frozenset[str]
    also_nouns: frozenset[str]
    weak: frozenset[str]
    needs_that: frozenset[str]
    that_like: frozenset[str]
    pronouns: frozenset[str]
    people_pronouns: frozenset[str]
    auxiliaries: frozenset[str]
    passive: frozenset[str]
    negations: frozenset[str]
    adverbs: frozenset[str]
    adverb_endings: tuple[str, ...]
    clause_words: frozenset[str]
    and_words: frozenset[str]
    joining: frozenset[str]
    after_speaker: frozenset[str]
    with_words: frozenset[str]
    lead_in_endings: tuple[str, ...]
    who_words: frozenset[str]
    that_words: frozenset[str]
    to_words: frozenset[str]
    to_do: frozenset[str]
    prepositions: frozenset[str]
    stop_right: frozenset[str]
    in_names: frozenset[str]
    determiners: frozenset[str]
    bare_plurals: frozenset[str]
    hearers: frozenset[str]
    gerunds: frozenset[str]
    plain_say: frozenset[str]
    number_leads: frozenset[str]
    number_next: frozenset[str]
    days: frozenset[str]
    according: tuple[tuple[str, ...], ...]
    according_first: frozenset[str]
    never_a_name: frozenset[str]
    cues: frozenset[str]
    tokens: re.Pattern[str]


@lru_cache(maxsize=32)
def speech(language: LanguageData) -> Speech | None:
    """The words of a language's quotes, None for a language without a file."""
    section = language.section("quotes")
    if not section:
        return None

    def words(key: str) -> frozenset[str]:
        value = section.get(key, "")
        return frozenset(value.split() if isinstance(value, str) else value)

    made = {
        "gerunds",
        "according",
        "according_first",
        "adverb_endings",
        "lead_in_endings",
        "cues",
        "never_a_name",
        "tokens",
    }
    according = tuple(tuple(phrase.split()) for phrase in section.get("according", ()))
    endings = tuple(section.get("lead_in_endings", "\0").split())
    cues = words("say") | words("with_quote") | words("tell")
    gerunds = words("gerunds") | {word for word in cues if word.endswith(endings)}
    return Speech(
        gerunds=gerunds,
        **{name: words(name) for name in Speech.__slots__ if name not in made},
        according=according,
        according_first=frozenset(phrase[0] for phrase in according),
        adverb_endings=tuple(section.get("adverb_endings", "\0").split()),
        lead_in_endings=endings,
        never_a_name=words("auxiliaries") | words("and_words") | words("joining"),
        cues=cues,
        tokens=token_pattern(section.get("elided", ""), section.get("clitics", "")),
    )
