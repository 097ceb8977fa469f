import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.emulator_process import LayerFolders


def archive(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as layer:
        for name, text in files.items():
            layer.writestr(f"python/{name}.py", text)
    return content.getvalue()


def test_a_layer_is_unpacked_once_for_all_workers(tmp_path: Path) -> None:
    layers = LayerFolders(tmp_path / "layers")
    layer = archive(pulse="answer = 42")
    with ThreadPoolExecutor(8) as workers:
        folders = set(workers.map(layers.folder_of, [layer] * 8))
    assert [path.name for path in (tmp_path / "layers").iterdir()] == [folder.name for folder in folders]
    [folder] = folders
    assert (folder / "python" / "pulse.py").read_text() == "answer = 42"


def test_another_version_of_a_layer_has_a_folder_of_its_own(tmp_path: Path) -> None:
    layers = LayerFolders(tmp_path)
    older, newer = layers.folder_of(archive(pulse="1")), layers.folder_of(archive(pulse="2"))
    assert [(folder / "python" / "pulse.py").read_text() for folder in (older, newer)] == ["1", "2"]


def test_a_layer_that_could_not_be_unpacked_is_not_taken_for_whole(tmp_path: Path) -> None:
    layers = LayerFolders(tmp_path)
    for _ in range(2):
        with pytest.raises(zipfile.BadZipFile):
            layers.folder_of(b"no archive")
