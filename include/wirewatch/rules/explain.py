"""Why a rule said yes or no: one record for each decision, in the words of `wirewatch why`."""

from bisect import bisect
from collections.abc import Sequence

from wirewatch.records import Article, Development, Judgement, Rule, Stage, Why
from wirewatch.rules.scene import Scene


class Explainer:
    """Collects the decisions on one article, in the order in which they fall."""

    def __init__(self, article: Article):
        self.article = article
        self.whys: list[Why] = []

    def yes(self, rule: Rule, reason: str, development: Development) -> None:
        """The rule matched this development."""
        self._add(rule, Stage.MATCHED, True, reason, development)

    def no(self, rule: Rule, stage: Stage, reason: str, development: Development) -> None:
        """The rule refused this development at that stage."""
        self._add(rule, stage, False, reason, development)

    def only_background(
        self, rule: Rule, group: Sequence[str], judgement: Judgement, scene: Scene
    ) -> None:
        """All that the rule looks for is in the article, and not together in what is new."""
        sentence = _first_sentence(group, scene)
        if judgement.developments:
            reason = "what it looks for does not stand together in what is new here"
        else:
            reason = "nothing in this article is new"
        self.whys.append(
            Why(
                rule_id=rule.rule_id,
                article_id=self.article.article_id,
                url=self.article.url,
                stage=Stage.CANDIDATE,
                said_yes=False,
                reason=reason,
                sentence=sentence,
            )
        )

    def _add(
        self, rule: Rule, stage: Stage, said_yes: bool, reason: str, development: Development
    ) -> None:
        self.whys.append(
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


def _first_sentence(group: Sequence[str], scene: Scene) -> str | None:
    """The first sentence with something of what the rule is filed under."""
    spans = [scene.first_places[key] for key in group if key in scene.first_places]
    words = (scene.first_word(key) for key in group if ":" not in key)
    spans += [span for span in words if span]
    if not spans:
        return None
    first = min(spans, key=lambda span: (span.where == "text", span.start))
    at = bisect(scene.ends, (first.where == "text", first.start))
    return scene.passage(scene.reading.sentences[at]).text if at < len(scene.ends) else None
