"""Weights as people write them."""

from data.domain.weights import read_weights


def test_weights_are_read_as_people_write_them() -> None:
    assert read_weights("按期处置率=40；群众评价 = 60") == {"按期处置率": 40, "群众评价": 60}
    assert read_weights("甲：33.3;乙:66.7；") == {"甲": 33.3, "乙": 66.7}
    for wrong in ("", "甲=40", "甲=50；甲=50", "甲=四十；乙=60", "甲 100"):
        assert read_weights(wrong) is None, wrong
