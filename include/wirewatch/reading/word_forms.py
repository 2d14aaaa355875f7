"""Where do I change which forms a typed word finds? invade: invades, invaded, invading."""

from functools import lru_cache

from wirewatch.reading.languages import LanguageData


@lru_cache(maxsize=100_000)
def forms(word: str, data: LanguageData) -> tuple[str, ...]:
    """All words of a text that a typed word finds, itself first.

    A base form finds its forms; one that is typed with an ending finds only itself (“talks” is
    not “to talk”), and so does every word of a language without a file. `word` is folded.
    """
    section = data.section("forms")
    if not section or not word.isalpha() or _has_ending(word, data):
        return (word,)
    irregular = section.get("irregular", {}).get(word)
    regular = _regular(word, data)
    if irregular:
        kept = [form for form in regular if not form.endswith(tuple(section.get("past", ())))]
        regular = [*kept, *irregular]
    return tuple(dict.fromkeys((word, *regular)))


@lru_cache(maxsize=8)
def _irregular(data: LanguageData) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = data.section("forms").get("irregular", {})
    return tuple((base, tuple(found)) for base, found in table.items())


@lru_cache(maxsize=8)
def irregular_forms(data: LanguageData) -> frozenset[str]:
    """The irregular forms that are no base of another word: struck, begun, fought."""
    bases = {base for base, _ in _irregular(data)}
    keep = set(data.section("forms").get("also_bases", ()))
    return frozenset(
        form for _, found in _irregular(data) for form in found if form not in bases | keep
    )


def _has_ending(word: str, data: LanguageData) -> bool:
    section = data.section("forms")
    if word in section.get("bases", ()):
        return False
    if word in section.get("typed", ()) or word in irregular_forms(data):
        return True
    for ending in section.get("endings", ()):
        if not word.endswith(ending["ends"]):
            continue
        stem = word[: -len(ending["ends"])]
        if word.endswith(tuple(ending.get("not", ()))) or len(stem) < ending.get("stem", 1):
            continue
        if ending.get("vowel") and not any(char in section["vowels"] for char in stem):
            continue
        return True
    return False


def _regular(word: str, data: LanguageData) -> list[str]:
    section = data.section("forms")
    for rule in section.get("rules", ()):
        if word.endswith(tuple(rule["ends"])) and len(word) >= rule.get("length", 1):
            stem = word[: len(word) - rule.get("cut", 0)]
            found = [stem + ending for ending in rule["add"]]
            if rule.get("double") and _doubles(word, data):
                if sum(map(section["vowels"].count, word)) == 1:  # “planned”, never “planed”
                    found = [form for form in found if not form.endswith(tuple(rule["double"]))]
                found += [stem + word[-1] + ending for ending in rule["double"]]
            return found
    return []


def _doubles(word: str, data: LanguageData) -> bool:
    """Whether the last letter may be doubled: one vowel before it, a consonant before that."""
    vowels = data.section("forms")["vowels"]
    if len(word) < 3 or word[-2] not in vowels:
        return False
    return word[-3] not in vowels or word[-3:-1] in ("ui", "ua")
