"""The secrets of the house: made once, kept in one file that only its owner can read."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass

from house.places import Places, write_private


@dataclass(frozen=True, slots=True)
class Keys:
    """Airflow's three secrets and the login of its pages. Never printed but for the login."""

    fernet: str
    jwt: str
    pages: str
    login: str
    password: str


def keys_of(places: Places) -> tuple[Keys, bool]:
    """The secrets, and whether they were made just now. The login's name is `admin`."""
    path = places.home / "keys.json"
    if path.exists():
        return Keys(**json.loads(path.read_text(encoding="utf-8"))), False
    keys = Keys(
        fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt=secrets.token_urlsafe(48),
        pages=secrets.token_urlsafe(48),
        login="admin",
        password=secrets.token_urlsafe(12),
    )
    write_private(path, json.dumps(asdict(keys)) + "\n")
    return keys, True
