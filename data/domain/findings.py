"""What a verification found: which row, which column, what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

RESTORE = "请保留数据库原样，从备份中取出这一行比对，并查明谁直接改过数据库"
FOLLOW_JOURNAL = "流转记录为准：请从备份恢复这一行，并查明谁绕过程序改过它"

WORDS = {
    "id": "编号",
    "sequence": "序号",
    "recorded_at": "记录时间",
    "happened_at": "发生时间",
    "is_time_flagged": "时间标记",
    "actor": "操作人",
    "actor_role": "角色",
    "action": "动作",
    "from_state": "原状态",
    "to_state": "新状态",
    "reason": "理由",
    "payload": "附加内容",
    "previous_hash": "上一哈希",
    "hash": "哈希",
    "state": "状态",
    "is_open": "是否在办",
    "version": "版本",
    "reported_at": "上报时间",
    "category_code": "类别",
    "intake_channel": "受理渠道",
    "main_unit": "主办单位",
    "unit_code": "承办单位",
    "dispatched_at": "派遣时间",
    "handled_at": "处置时间",
    "closed_at": "结案时间",
    "returns": "退单次数",
    "reworks": "返工次数",
    "reopens": "重开次数",
    "is_withdrawn": "撤回标记",
    "changed_by": "最后操作人",
    "sent_at": "派出时间",
    "signed_at": "签收时间",
    "arrived_at": "到场时间",
    "confirmed_at": "确认时间",
    "returned_at": "退单时间",
    "recalled_at": "撤回时间",
    "return_code": "退单原因代码",
    "return_reason": "退单理由",
    "sealed_at": "封存时间",
    "up_to_journal_id": "截止编号",
    "case_count": "案卷数",
    "entry_count": "记录数",
    "heads_hash": "末条哈希",
}
"""What the columns are called where a person reads of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not as it was written; `field` is its column where that can be told."""

    row: str
    field: str | None
    message: str
    cure: str

    def __str__(self) -> str:
        column = "" if self.field is None else f" {self.field}（{WORDS[self.field]}）"
        return f"{self.row}{column}：{self.message}；{self.cure}"
