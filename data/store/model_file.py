"""The learned category model as a plain file of numbers and words beside the database; nothing in it can run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import make_url

from data.domain.errors import CloudError

VERSION = 1
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A linear model over TF-IDF of character n-grams.

    `weights` has one row per class and one column per n-gram of `vocabulary`; `report` says on how many rows
    it was learned, when, and how often it was right on texts that it had not seen.
    """

    classes: tuple[str, ...]
    vocabulary: tuple[str, ...]
    idf: Numbers
    weights: Numbers
    intercepts: Numbers
    report: dict[str, Any]


def model_path(database_url: str, town_key: str, folder: Path) -> Path:
    """Return where a town's model stands: beside an SQLite file, else in `folder`."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database + ".categories.npz")
    return folder / f"{town_key}.categories.npz"


def write_model(path: Path, model: CategoryModel) -> None:
    """Write a model beside the old one and then put it in its place, so that a reader sees one or the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {
        "version": VERSION,
        "classes": model.classes,
        "vocabulary": model.vocabulary,
        "report": model.report,
    }
    text = np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with beside.open("wb") as file:
        np.savez_compressed(
            file, words=text, idf=model.idf, weights=model.weights, intercepts=model.intercepts
        )
    beside.replace(path)


def read_model(path: Path) -> CategoryModel | None:
    """Return the model of a file, None where there is none; raise `CloudError` for a file that is no model."""
    try:
        with np.load(path, allow_pickle=False) as parts:
            words = json.loads(parts["words"].tobytes())
            model = CategoryModel(
                classes=tuple(words["classes"]),
                vocabulary=tuple(words["vocabulary"]),
                idf=parts["idf"],
                weights=parts["weights"],
                intercepts=parts["intercepts"],
                report=words["report"],
            )
    except FileNotFoundError:
        return None
    except Exception as error:
        raise _unusable(path) from error
    shape = (len(model.classes), len(model.vocabulary))
    if words.get("version") != VERSION or model.weights.shape != shape or model.idf.shape != shape[1:]:
        raise _unusable(path)
    return model


def _unusable(path: Path) -> CloudError:
    return CloudError(
        f"类别建议的模型文件 {path.name} 无法使用",
        code="model_unusable",
        value=path.name,
        cure="请运行 .venv/bin/python -m data.cli learn-categories 重新学习",
    )
