"""Learning categories: what is learned, that the measure is honest, and what is refused."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import insert, update

from data.domain.errors import CloudError, InvalidInput
from data.domain.ngrams import ngrams, plain_text
from data.services import category_learning as learning
from data.services.category_learning import Example, category_model_path, learn_categories
from data.services.report import report_case
from data.store.model_file import read_model, write_model
from data.store.tables import case_contents, cases
from data.views.suggestion import Suggester, vector
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, make_world

TODAY = NOW.date()
TITLES = {
    "0202": ["路灯不亮", "村道路灯损坏", "路灯整段不亮", "小区路灯不亮", "路灯白天长亮", "路灯忽明忽暗"],
    "0101": ["垃圾桶满溢", "河边堆放生活垃圾", "路边暴露垃圾", "楼道口堆放垃圾", "垃圾未清", "垃圾成堆"],
    "0301": ["夜间施工噪声", "凌晨打桩噪声", "午休施工噪声", "工地夜间施工", "施工噪声扰民", "半夜施工"],
    "0403": ["车间异味", "管道有刺鼻气味", "下水道异味", "管道异味", "空气刺鼻", "阴井异味"],
}


@pytest.fixture
def world(sqlite_url):
    """The home town with a small history."""
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


def tell(world, titles=None, times=2):
    for code, words in (titles or TITLES).items():
        for title in words * times:
            report_case(world, replace(COMMAND, title=title, category=code), ACTOR, NOW)


def suggest(world, text):
    return Suggester(world, category_model_path(world)).suggest(text, TODAY)


def test_pieces_of_a_text_cross_no_gap_and_hold_no_figures():
    assert ngrams("漏水 3号楼") == ["漏", "水", "漏水", "号", "楼", "号楼"]
    assert plain_text("电话 138-0000 ＡＢｃ") == "电话 abc"


def test_without_history_it_says_so(world):
    found = suggest(world, "路灯不亮")
    assert found.choices == ()
    assert "还没有从历史案卷学习过" in found.note
    with pytest.raises(InvalidInput, match="历史案卷太少"):
        learn_categories(world, NOW)
    assert not category_model_path(world).exists()


def test_the_text_of_a_category_is_recognised_with_its_words(world):
    tell(world)
    report = learn_categories(world, NOW)
    found = suggest(world, "门口路灯坏了不亮")
    assert found.choices[0].code == "0202"
    assert "路灯" in found.choices[0].words
    assert found.top3_hit_rate == report.top3
    assert len(found.choices) <= 3


@pytest.mark.parametrize("text", ["量子力学讨论", "12345", "，。！", "zzz"])
def test_unknown_text_gives_no_category(world, text):
    tell(world)
    learn_categories(world, NOW)
    found = suggest(world, text)
    assert (found.choices, found.note) == ((), "没有把握，请自行选择类别")


def test_a_suggestion_is_likely_only_where_held_out_cases_were_mostly_right(world):
    """The model is as sure of a text in both towns; only the one whose measure was good may say 较可能."""
    tell(world)
    learn_categories(world, NOW)
    path = category_model_path(world)
    model = read_model(path)
    for likely_from, likely_right, is_likely in ((0.5, 0.8, True), (0.9999, 0.8, False), (None, None, False)):
        write_model(path, replace(model, report={"likely_from": likely_from, "likely_right": likely_right}))
        found = suggest(world, "门口路灯坏了不亮")
        assert (found.choices[0].is_likely, found.likely_hit_rate) == (is_likely, likely_right)


def test_the_band_of_likely_ones_is_measured_on_what_was_held_out(world):
    tell(world)
    learn_categories(world, NOW)
    model = read_model(category_model_path(world))
    right, wrong = Example("路灯不亮", "", "0202"), Example("垃圾桶满溢", "", "0301")
    assert learning.likely_band(model, Counter({right: 90, wrong: 10})) == (0.5, 0.9)
    assert learning.likely_band(model, Counter({right: 60, wrong: 40})) == (None, None)
    assert learning.likely_band(model, Counter({right: 5})) == (None, None)  # too few to tell


def test_equal_titles_never_stand_on_both_sides(world, monkeypatch):
    """The measured model has not seen one title that it is asked."""
    tell(world, times=3)
    fitted = []
    fit = learning.fit
    monkeypatch.setattr(learning, "fit", lambda counts, report: fitted.append(counts) or fit(counts, report))
    report = learn_categories(world, NOW)
    measured, final = fitted
    asked = {e.title for e in final} - {e.title for e in measured}
    assert report.held_out_rows == 3 * len(asked) > 0
    assert not [e for e in measured if learning.is_held_out(e)]
    assert report.rows == 3 * sum(map(len, TITLES.values()))


def test_a_title_with_other_descriptions_stays_on_its_side():
    one, other = Example("路灯不亮", "张家门口", "0202"), Example("路灯不亮", "李家门口", "0202")
    assert learning.is_held_out(one) == learning.is_held_out(other)


def test_what_one_description_alone_says_is_not_learned(world):
    tell(world)
    with world.store.write() as transaction:
        rows = [{"case_id": n, "description": f"王小明说灯坏了{n}", "salt": "x"} for n in range(1, 4)]
        transaction.connection.execute(insert(case_contents), rows)
    learn_categories(world, NOW)
    model = read_model(category_model_path(world))
    assert model is not None
    assert not [piece for piece in model.vocabulary if "小明" in piece]
    assert "路灯" in model.vocabulary


def test_declined_and_withdrawn_cases_teach_nothing(world):
    tell(world)
    wrong = replace(COMMAND, title="飞碟降落", category="0101")
    for change in ({"state": "declined"}, {"is_withdrawn": True}):
        case = report_case(world, wrong, ACTOR, NOW)
        with world.store.write() as transaction:
            transaction.connection.execute(update(cases).where(cases.c.id == case.id).values(change))
    learn_categories(world, NOW)
    assert "飞碟" not in read_model(category_model_path(world)).vocabulary


def test_the_vector_is_the_one_of_the_library(world):
    """Suggesting needs no scikit-learn; its numbers are those that scikit-learn learned with."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [title for titles in TITLES.values() for title in titles]
    counts = learning.Counter({Example(t, "", c): 1 for c, ts in TITLES.items() for t in ts})
    model = learning.fit(counts, {})
    library = TfidfVectorizer(analyzer=ngrams, vocabulary=list(model.vocabulary)).fit(texts)
    for text in ("路灯又不亮了", "夜里施工", "无关"):
        assert np.allclose(vector(model, text), library.transform([text]).toarray()[0], atol=1e-6)


def test_the_file_holds_numbers_and_words_alone(world, tmp_path):
    tell(world)
    learn_categories(world, NOW)
    with np.load(category_model_path(world), allow_pickle=False) as parts:
        assert json.loads(parts["words"].tobytes())["report"]["is_demo"] is True
        assert parts["weights"].dtype == np.float32


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04broken"])
def test_a_broken_file_is_refused_with_its_cure(world, content):
    category_model_path(world).write_bytes(content)
    with pytest.raises(CloudError, match="无法使用") as refusal:
        suggest(world, "路灯不亮")
    assert "learn-categories" in refusal.value.cure


def test_a_new_file_is_noticed_and_ended_categories_are_left_out(world, tmp_path):
    tell(world)
    learn_categories(world, NOW)
    path = category_model_path(world)
    suggester = Suggester(world, path)
    assert suggester.suggest("路灯不亮", TODAY).choices
    model = read_model(path)
    write_model(path, replace(model, classes=tuple("9" + c[1:] for c in model.classes)))
    assert suggester.suggest("路灯不亮", TODAY).choices == ()
