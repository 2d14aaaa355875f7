"""Why a rule said yes or no: one record for each decision, in the words of `wirewatch why`."""

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
        sentences = (scene.sentence_with(key) for key in group)
        sentence = next((each for each in sentences if each), None)
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
