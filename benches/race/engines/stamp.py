"""Whether a peer holds the parcels already: loading ten million again for every race would take the day."""

import hashlib
import json
from pathlib import Path


class Stamp:
    """A note beside loaded data: what it was loaded from, by which loader, in how many seconds."""

    def __init__(self, file: Path, dataset: Path, loader: Path):
        self.file = file
        # Data files are named after their content, and a new version of the dataset is a new file in its log.
        names = sorted(str(path.relative_to(dataset)) for path in dataset.rglob("*") if path.is_file())
        self.key = hashlib.sha256("\n".join(names).encode() + loader.read_bytes()).hexdigest()

    def kept(self) -> float | None:
        """The seconds that loading took, when what stands there is what would be loaded now."""
        if not self.file.exists():
            return None
        note = json.loads(self.file.read_text())
        return note["seconds"] if note["key"] == self.key else None

    def write(self, seconds: float) -> None:
        """Notes that loading is complete."""
        self.file.write_text(json.dumps({"key": self.key, "seconds": seconds}))
