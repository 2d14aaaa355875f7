"""Why a rule said yes or no: one record for each decision, in the words of `wirewatch why`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from wirewatch.records import Article, Development, Judgement, Rule, Stage, Why
from wirewatch.rules.index import RuleSet
from wirewatch.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class _Background:
    """A rule all of whose words stand in the article, and not together in what is new."""

    rule_id: str
    group: tuple[str, ...]


class Whys(Sequence[Why]):
    """The decisions on one article, in the order in which they fall.

    With thousands of rules most decisions are about background. Their sentences are looked for
    when somebody reads them; `without_background` gives them as they are kept, without a sentence.
    """

    def __init__(self, scene: Scene, rule_set: RuleSet, judgement: Judgement):
        self._scene = scene
        self._rule_set = rule_set
        self._judgement = judgement
        self._kept: list[Why | _Background] = []

    def add(self, decision: Why) -> None:
        """One more decision."""
        self._kept.append(decision)

    def add_background(self, rule: Rule, group: tuple[str, ...]) -> None:
        """A rule that all it looks for is in the article, and not together in what is new."""
        self._kept.append(_Background(rule.rule_id, group))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, at: int) -> Why: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Why]: ...
    def __getitem__(self, at: int | slice) -> Why | Sequence[Why]:
        if isinstance(at, slice):
            return [self._shown(each) for each in self._kept[at]]
        return self._shown(self._kept[at])

    def without_background(self) -> Iterator[Why]:
        """Every decision; those about background have no sentence."""
        for each in self._kept:
            yield each if isinstance(each, Why) else self._why(each, None)

    def _shown(self, each: Why | _Background) -> Why:
        if isinstance(each, Why):
            return each
        return self._why(each, background(self._scene, self._rule_set, each.group))

    def _why(self, each: _Background, sentence: str | None) -> Why:
        if self._judgement.developments:
            reason = "what it looks for does not stand together in what is new here"
        else:
            reason = "nothing in this article is new"
        return Why(
            rule_id=each.rule_id,
            article_id=self._scene.article.article_id,
            url=self._scene.article.url,
            stage=Stage.CANDIDATE,
            said_yes=False,
            reason=reason,
            sentence=sentence,
        )


def background(scene: Scene, rule_set: RuleSet, group: Sequence[str]) -> str | None:
    """The first sentence of an article with something of a group of the index, new or not."""
    if not scene.printed:
        scene.printed.update(rule_set.printed(scene))
    places = (scene.first_place(key) for key in group)
    first = min((place for place in places if place), default=None)
    return scene.sentence_at(first) if first else None


class Explainer:
    """Collects the decisions on one article."""

    def __init__(self, article: Article, whys: Whys):
        self.article = article
        self.whys = whys

    def yes(self, rule: Rule, reason: str, development: Development) -> None:
        """The rule matched this development."""
        self._add(rule, Stage.MATCHED, True, reason, development)

    def conditions(self, rule: Rule, held: Sequence[str], development: Development) -> None:
        """These conditions of the rule hold on this development."""
        for reason in held:
            self._add(rule, Stage.CONDITION, True, reason, development)

    def no(self, rule: Rule, stage: Stage, reason: str, development: Development) -> None:
        """The rule refused this development at that stage."""
        self._add(rule, stage, False, reason, development)

    def _add(
        self, rule: Rule, stage: Stage, said_yes: bool, reason: str, development: Development
    ) -> None:
        self.whys.add(
            Why(
                rule_id=rule.rule_id,
                article_id=self.article.article_id,
                url=self.article.url,
                stage=stage,
                said_yes=said_yes,
                reason=reason,
                sentence=development.sentence,
                development_id=development.development_id,
            )
        )
