"""`make secrets`: the files that docker-compose.yaml names, made once, readable by you alone."""

import base64
import os
import secrets

from house import say
from house.places import checkout, private_folder, write_private

RANDOM = ("postgres_password", "jwt_secret", "secret_key", "admin_password")
FILLED_BY_YOU = ("slack_token", "slack_app_token", "smtp_url", "logins")


def main() -> None:
    """Write what is missing; what is there stays as it is."""
    places = checkout()
    folder = private_folder(places.checkout / "secrets")
    values = {name: secrets.token_urlsafe(32) for name in RANDOM}
    values["fernet_key"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    values |= dict.fromkeys(FILLED_BY_YOU, "")
    for name, value in values.items():
        if not (folder / name).exists():
            write_private(folder / name, value)
    settings = places.checkout / ".env"
    if not settings.exists():
        example = (places.checkout / ".env.example").read_text(encoding="utf-8")
        write_private(settings, f"{example}WIREWATCH_UID={os.getuid()}\n")
    say.line(f"Secrets are in {folder}; the login is admin, its password in admin_password.")
    say.line("For Slack, put the bot token into slack_token.")


if __name__ == "__main__":
    main()
