"""Which story, what is new, what it changes: from an article's reading to its developments.

`ask` says what to look up, the store answers, `judge` decides and says what is to be remembered.
"""

from wirewatch.stories.asking import ask
from wirewatch.stories.judging import WINDOW, judge

__all__ = ["WINDOW", "ask", "judge"]
