"""Unified social credit codes: the last letter fits the others."""

from data.domain.credit_code import LETTERS, check_letter, is_credit_code


def test_a_credit_code_has_a_check_letter() -> None:
    assert check_letter("91350100M000100Y4") == "3"
    assert is_credit_code("91350100M000100Y43")
    wrong = ("91350100M000100Y44", "91350100M000100Y4", "91350100M000100Y4O", "91350100m000100y43", "")
    assert not any(map(is_credit_code, wrong))


def test_no_single_wrong_letter_passes() -> None:
    code = "91350100M000100Y43"
    changed = [
        code[:place] + letter + code[place + 1 :]
        for place in range(len(code))
        for letter in LETTERS
        if letter != code[place]
    ]
    assert len(changed) == 18 * 30
    assert not any(map(is_credit_code, changed))
