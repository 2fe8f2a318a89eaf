from pathlib import Path

import truetape

library = Path(__file__).parents[2] / "cassettes" / "library"
replay = truetape.fixture(library / "sandbox" / "tour.yaml")
