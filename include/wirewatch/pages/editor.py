"""The editor: the editors' files with the checks of `wirewatch check` while one types, and saving.

The page itself is `templates/editor.html` with `static/editor.js`; what it asks and sends is here.
"""

import difflib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from wirewatch.desk import completion, drafts, editing, versions
from wirewatch.desk.drafts import Diagnosis
from wirewatch.desk.editing import Conflict, NotHere, Unsound, Unwritable, WatchFile
from wirewatch.desk.names_offered import Piece
from wirewatch.pages.people import Right
from wirewatch.pages.visit import ForEditors, ForViewers, Visit
from wirewatch.records import Problem

router = APIRouter()
Kind = Literal["rules", "vocabulary", "feeds"]
_BEGINS = {"rules": "watches:\n  - ", "vocabulary": "events:\n  ", "feeds": "feeds:\n  - "}
_TITLES = {"rules": "Rules", "vocabulary": "Vocabulary", "feeds": "Feeds"}


class Draft(BaseModel):
    """The text of one file as it stands in somebody's editor."""

    file: str = Field(max_length=400)
    text: str = Field(max_length=2_000_000)


class Place(Draft):
    """A place in a draft, in UTF-16 units from its beginning."""

    place: int = Field(ge=0)


class Save(Draft):
    """A draft to be saved over what was loaded; with `insist` in spite of its errors."""

    loaded: str = Field(max_length=100)
    insist: bool = False


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────


@router.get("/{kind}/files/{name}")
def edit(visit: ForViewers, kind: Kind, name: str, line: int = 0) -> Response:
    """The editor with one file in it; for who may not save, to read."""
    file = f"{kind}/{name}"
    found = _found(visit, file)
    if found is None:
        if not visit.may(Right.EDITOR):
            raise HTTPException(404, f"There is no file “{file}”.")
        nothing = WatchFile(file=file, text=_BEGINS[kind], body=editing.NEW, changed=_now())
        return _editor(visit, kind, nothing, line, changed=None)
    changed = editing.last_change(visit.settings.watch, found, visit.store)
    return _editor(visit, kind, found, line, changed=changed)


@router.get("/{kind}/versions/{name}")
def versions_of(
    visit: ForViewers, kind: Kind, name: str, version: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Who saved what and when; one version beside what lies there now."""
    file = f"{kind}/{name}"
    there = _found(visit, file)
    found = versions.versions(visit.settings.watch, file, visit.store)
    if there is None and not found:
        raise HTTPException(404, f"There is no file “{file}”.")
    old = versions.text_of(visit.settings.watch, file, version, visit.store) if version else None
    if version and old is None:
        raise HTTPException(404, "There is no such version of this file.")
    text = there.text if there else ""
    return visit.page(
        "versions.html",
        kind=kind,
        title=_TITLES[kind],
        file=file,
        name=name,
        versions=found,
        chosen=next((one for one in found if one.version_id == version), None),
        lines=_diff(text, old) if old is not None else (),
        body=there.body if there else editing.NEW,
    )


@router.post("/{kind}/versions/{name}/restore")
def restore(
    visit: ForEditors,
    kind: Kind,
    name: str,
    version: Annotated[str, Form(max_length=100)],
    loaded: Annotated[str, Form(max_length=100)],
) -> Response:
    """Put an older version in place of what lies there; it becomes a version of its own."""
    file = f"{kind}/{name}"
    folder = visit.settings.watch
    text = versions.text_of(folder, file, version, visit.store)
    if text is None:
        raise HTTPException(404, "There is no such version of this file.")
    try:
        editing.save(
            folder, file, text, loaded, visit.store, who=visit.person.name, now=_now(),
            zone=visit.settings.zone, insist=True, note=f"Bring back an older {file}",
        )  # fmt: skip
    except Conflict:
        raise HTTPException(
            409, "Somebody saved this file since this page was loaded. Load it anew."
        ) from None
    except (NotHere, Unwritable) as error:
        raise HTTPException(409, _sentence(error)) from None
    return visit.to(f"/{kind}/files/{name}")


@router.post("/editor/open")
def open_new(
    visit: ForEditors, kind: Annotated[Kind, Form()], name: Annotated[str, Form()]
) -> Response:
    """On to the editor of a new file, if a file may have that name."""
    wanted = name.strip().removesuffix(".yaml").removesuffix(".yml").strip()
    file = "-".join(wanted.lower().split()) + ".yaml"
    try:
        editing.place_of(visit.settings.watch, f"{kind}/{file}")
    except NotHere:
        raise HTTPException(
            409, f"“{name}” is no name for a file: write letters, digits and hyphens."
        ) from None
    return visit.to(f"/{kind}/files/{file}")


# ── What the editor asks ──────────────────────────────────────────────────────────────────────


@router.post("/editor/problems")
def problems(visit: ForViewers, draft: Draft) -> dict[str, Any]:
    """What is badly written in the draft, for each pause in typing."""
    _known(visit, draft.file)
    return _told(
        drafts.problems_of(visit.settings.watch, draft.file, draft.text, visit.settings.zone)
    )


@router.post("/editor/trials")
def trials(visit: ForEditors, draft: Draft) -> dict[str, Any]:
    """The examples and tests that do not hold with the draft, for a longer pause."""
    _known(visit, draft.file)
    return _told(
        drafts.trials_of(visit.settings.watch, draft.file, draft.text, visit.settings.zone)
    )


@router.post("/editor/offer")
def offer(visit: ForViewers, at: Place) -> dict[str, Any]:
    """What may be written at a place."""
    _known(visit, at.file)
    found = completion.offer(visit.settings.watch, at.file, at.text, at.place, visit.settings.zone)
    if found is None:
        return {"options": []}
    return {
        "start": found.start,
        "end": found.end,
        "options": [
            {"label": o.label, "kind": o.kind, "insert": o.insert, "detail": o.detail,
             "page": _page(o.page)}
            for o in found.options
        ],
    }  # fmt: skip


@router.post("/editor/meaning")
def meaning(visit: ForViewers, at: Place) -> dict[str, Any]:
    """What the word at a place means: its page of the manual, or whom it names."""
    _known(visit, at.file)
    found = completion.explain(
        visit.settings.watch, at.file, at.text, at.place, visit.settings.zone
    )
    if found is None:
        return {}
    return {
        "start": found.start, "end": found.end, "title": found.title, "page": _page(found.page)
    }  # fmt: skip


@router.get("/editor/there")
def there(visit: ForViewers, file: Annotated[str, Query(max_length=400)]) -> dict[str, str]:
    """The hash of what lies on the disk now: an open editor sees what others save."""
    try:
        return {"body": editing.body_there(visit.settings.watch, file)}
    except NotHere as error:
        raise HTTPException(404, _sentence(error)) from None


@router.get("/editor/text")
def text(visit: ForViewers, file: Annotated[str, Query(max_length=400)]) -> dict[str, Any]:
    """What lies on the disk now, with who wrote it."""
    _known(visit, file)
    found = _found(visit, file)
    if found is None:
        raise HTTPException(404, f"“{file}” is gone from the disk.")
    who, at = editing.last_change(visit.settings.watch, found, visit.store)
    return {"text": found.text, "body": found.body, "who": who, "at": at.isoformat()}


@router.post("/editor/save")
def save(visit: ForEditors, draft: Save) -> Response:
    """Save the draft; 409 with the other text if somebody was first, 422 if it has errors."""
    folder = visit.settings.watch
    try:
        saved = editing.save(
            folder, draft.file, draft.text, draft.loaded, visit.store,
            who=visit.person.name, now=_now(), zone=visit.settings.zone, insist=draft.insist,
        )  # fmt: skip
    except NotHere as error:
        raise HTTPException(404, _sentence(error)) from None
    except Unwritable as error:
        raise HTTPException(507, _sentence(error)) from None
    except Unsound as error:
        says = "There are errors in this text. What is broken stays live in its last good version."
        return JSONResponse({"error": says, "unsound": True, **_told(error.diagnosis)}, 422)
    except Conflict as error:
        return JSONResponse(_conflict(visit, draft, error.theirs), 409)
    return JSONResponse({"body": saved.file.body, "said": saved.said, **_told(saved.diagnosis)})


# ── Shapes ────────────────────────────────────────────────────────────────────────────────────


def _editor(
    visit: Visit, kind: Kind, file: WatchFile, line: int, changed: tuple[str, datetime] | None
) -> Response:
    folder = visit.settings.watch
    diagnosis = drafts.problems_of(folder, file.file, file.text, visit.settings.zone)
    return visit.page(
        "editor.html",
        kind=kind,
        title=_TITLES[kind],
        file=file,
        name=file.file.partition("/")[2],
        line=line,
        changed=changed,
        by_hand=versions.BY_HAND,
        begins={"file": file.file, "text": file.text, "body": file.body, **_told(diagnosis)},
        others=editing.files(folder, kind),
    )


def _found(visit: Visit, file: str) -> WatchFile | None:
    _known(visit, file)
    try:
        return editing.open_file(visit.settings.watch, file)
    except NotHere:
        return None


def _known(visit: Visit, file: str) -> None:
    """Let nothing through that is no name of a file here."""
    try:
        editing.place_of(visit.settings.watch, file)
    except NotHere as error:
        raise HTTPException(404, _sentence(error)) from None


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."


def _told(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "here": [
            {
                **_problem(finding.problem),
                "start": finding.start,
                "end": finding.end,
                "mend": finding.mend
                and {
                    "start": finding.mend.start,
                    "end": finding.mend.end,
                    "insert": finding.mend.insert,
                    "says": finding.mend.says,
                },
            }
            for finding in diagnosis.here
        ],
        "elsewhere": [_problem(problem) for problem in diagnosis.elsewhere],
        "untried": diagnosis.untried,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "message": problem.message,
    }


def _page(page: tuple[Piece, ...]) -> list[dict[str, str]]:
    return [{"kind": piece.kind, "text": piece.text} for piece in page]


def _conflict(visit: Visit, draft: Save, theirs: WatchFile | None) -> dict[str, Any]:
    """Who was first, what they wrote, and what saving mine would change in it."""
    if theirs is None:
        says = "This file was taken away on the disk since you opened it."
        return {"error": says, "conflict": True, "body": editing.NEW, "text": None, "lines": []}
    who, at = editing.last_change(visit.settings.watch, theirs, visit.store)
    return {
        "error": f"{who[:1].upper()}{who[1:]} saved this file since you opened it.",
        "conflict": True,
        "body": theirs.body,
        "text": theirs.text,
        "at": at.isoformat(),
        "lines": [{"kind": kind, "text": text} for kind, text in _diff(theirs.text, draft.text)],
    }


def _diff(now: str, then: str) -> list[tuple[str, str]]:
    """The lines that going from `now` to `then` takes away and adds, with some around them."""
    found: list[tuple[str, str]] = []
    rows = difflib.unified_diff(now.split("\n"), then.split("\n"), lineterm="", n=3)
    for row in list(rows)[2:]:
        kind = {"+": "added", "-": "gone", "@": "place"}.get(row[:1], "same")
        found.append((kind, row if kind == "place" else row[1:]))
    return found


def _now() -> datetime:
    return datetime.now(UTC)
