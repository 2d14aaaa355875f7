"""The editors' folder: YAML as nodes with their places, and every problem at once."""

from wirewatch.watchfiles.channels import load_channels
from wirewatch.watchfiles.folder import Folder, folder_version, read_folder, read_test_text
from wirewatch.watchfiles.nodes import read_nodes

__all__ = [
    "Folder",
    "folder_version",
    "load_channels",
    "read_folder",
    "read_nodes",
    "read_test_text",
]
