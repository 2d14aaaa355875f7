"""When is a page no article, and why? Consent walls, challenges, paywalls, error pages, lists.

A page with enough of its own story is never refused for what else it says.
"""

import re
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from wirewatch.articles.linked_data import Node, types
from wirewatch.articles.metadata import Metadata
from wirewatch.articles.page import parse

# Below this many letters a page must show that it is an article; a brief has some 150.
FEW_LETTERS = 350
FEWEST_LETTERS = 40
# A stub before a paywall is a paragraph or two.
STUB_LETTERS = 700


class Refusal(StrEnum):
    """Why a page is no article."""

    CONSENT = "consent"
    CHALLENGE = "challenge"
    PAYWALL = "paywall"
    ERROR_PAGE = "error page"
    NOT_AN_ARTICLE = "not an article"


_CONSENT = re.compile(
    r"before you continue|we value your privacy|cookie (?:consent|settings|preferences)|"
    r"consent (?:required|to continue)|your privacy (?:choices|matters|is important)|privacy wall|"
    r"accept (?:all )?cookies (?:to|and)|manage your (?:privacy|cookies?|consent)|"
    r"zustimmung|einwilligung|mit werbung weiterlesen|datenschutzeinstellungen|pur[- ]abo|"
    r"votre vie priv[ée]e|nous respectons votre|continuer sans accepter|"
    r"su privacidad|tu privacidad|la tua privacy|uw privacy|bevor sie fortfahren",
    re.I,
)
_CHALLENGE = re.compile(
    r"just a moment|attention required|are you (?:a )?(?:robot|human)|checking (?:your browser|if the site)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|pardon our interruption|client challenge|ddos[- ]guard|"
    r"access (?:to this page has been )?denied|security (?:check|verification)|captcha|robot check|"
    r"enable javascript and cookies|unusual traffic|please verify|bot verification|"
    r"human verification|request unsuccessful|sicherheitsüberprüfung",
    re.I,
)
_ERROR = re.compile(
    r"^(?:error\b.{0,20}|(?:http )?(?:error )?(?:40[0-9]|41[0-9]|50[0-4]|410|451)\b.{0,60}|"
    r".{0,40}\b(?:page|article|story|content|file)\b.{0,20}\b(?:not (?:be )?found|doesn.?t exist|"
    r"does not exist|no longer (?:exists|available)|unavailable|has (?:been )?moved)\b.{0,30}|"
    r"not found|gone|forbidden|bad gateway|service (?:temporarily )?unavailable|internal server error|"
    r"oops\b.{0,40}|(?:temporarily )?unavailable|under maintenance|"
    r".{0,20}(?:seite|artikel) (?:wurde )?nicht gefunden.{0,20}|page (?:introuvable|non trouvée)|"
    r"p[áa]gina no encontrada|pagina non trovata|página não encontrada|pagina niet gevonden|"
    r"siden (?:findes|finnes) ikke|sidan hittades inte)\s*[.!]?$",
    re.I,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign in|log in|register|subscription)\b.{0,40}\b(?:to (?:continue|keep|read|access|unlock)|required)|"
    r"(?:for|only) (?:our )?(?:subscribers|members)(?: only)?|already a (?:subscriber|member)|"
    r"this (?:article|content|story) is (?:for|reserved|exclusive)|unlock this article|"
    r"jetzt weiterlesen|nur für abonnenten|mit .{0,20}(?:plus|\+).{0,12} lesen|artikel freischalten|"
    r"réservé aux abonnés|article réservé|para suscriptores|contenido exclusivo|riservato agli abbonati|"
    r"voor abonnees|for abonnenter|för prenumeranter",
    re.I,
)
_MARKS = re.compile(
    r"challenge-platform|cf-chl|captcha-delivery|px-captcha|datadome|hcaptcha|_Incapsula_"
)


def refusal(raw: str, about: Metadata, lines: list[str], url: str) -> Refusal | None:
    """Why this page is no article, or None where it is one.

    `raw` is its markup, `lines` the story that was found.
    """
    story = sum(len(line) for line in lines)
    failed = _ERROR.match(about.title) is not None and not about.node.get("datePublished")
    if story >= STUB_LETTERS and not failed:
        return Refusal.NOT_AN_ARTICLE if _is_front_page(url, about) else None
    if _CHALLENGE.search(about.title):
        return Refusal.CHALLENGE
    if failed:
        return Refusal.ERROR_PAGE
    if _CONSENT.search(about.title):
        return Refusal.CONSENT
    return _for_what_it_shows(raw, about, story) or _for_what_it_lacks(about, story, url)


def _for_what_it_shows(raw: str, about: Metadata, story: int) -> Refusal | None:
    tree = parse(raw)
    shown = shown_text(tree) if tree is not None else ""
    if story < FEW_LETTERS and not about.node:
        if len(shown) < 2_000 and (_MARKS.search(raw[:60_000]) or _CHALLENGE.search(shown)):
            return Refusal.CHALLENGE
        if len(shown) < 6_000 and "cookie" in shown.lower() and _CONSENT.search(shown):
            return Refusal.CONSENT
    if _is_paid(about) and _PAYWALL.search(shown):
        return Refusal.PAYWALL
    return None


def _for_what_it_lacks(about: Metadata, story: int, url: str) -> Refusal | None:
    if _is_front_page(url, about) or story < FEWEST_LETTERS:
        return Refusal.NOT_AN_ARTICLE
    if story < FEW_LETTERS and not _claims_to_be_one(about):
        return Refusal.NOT_AN_ARTICLE
    return None


def _is_paid(about: Metadata) -> bool:
    """Whether the page says that it is not free. Source: Google's paywalled content mark-up."""
    free = [node.get("isAccessibleForFree") for node in about.nodes]
    tier = about.metas.get("article:content_tier", "")
    return any(str(value).lower() == "false" for value in free) or tier in ("locked", "metered")


def _claims_to_be_one(about: Metadata) -> bool:
    kind = about.metas.get("og:type", "").lower()
    return bool(about.node) or "article" in kind or about.published is not None


def _is_front_page(url: str, about: Metadata) -> bool:
    """The front page of a site: no path, and nothing says that it is a story."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query and not _has_story(about.node)


def _has_story(node: Node) -> bool:
    return bool(node) and "WebPage" not in types(node)


def shown_text(tree: Any) -> str:
    """Everything that the page shows, scripts left out, cut at 20,000 characters."""
    kept: list[str] = []
    length = 0
    body = tree.find(".//body")
    for element in (body if body is not None else tree).iter():
        if element.tag in ("script", "style", "noscript", "template"):
            parts = [element.tail or ""]
        else:
            parts = [element.text or "", element.tail or ""]
        for part in parts:
            if part.strip():
                kept.append(part.strip())
                length += len(part)
        if length > 20_000:
            break
    return " ".join(kept)
