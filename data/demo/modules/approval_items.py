"""The demo's register of approvals: departments, windows and items; names are common ones, codes invented."""

from __future__ import annotations

from data.demo.modules.rows import Row

WINDOWS = 52
DEPARTMENTS: tuple[tuple[str, str, str], ...] = (
    ("市场监督管理局", "enterprise_opening", "企业登记 个体工商户登记 食品经营许可 特种设备登记"),
    ("行政审批局", "enterprise_opening", "印章刻制备案 社会投资备案 招牌设置 临时占道"),
    ("税务局", "enterprise_opening", "税务登记信息 发票领用 纳税申报 税收优惠"),
    ("住房和城乡建设局", "construction", "施工许可 竣工验收 消防设计审查 商品房预售"),
    ("自然资源和规划局", "construction", "建设用地规划许可 建设工程规划许可 不动产登记 测绘成果"),
    ("发展和改革委员会", "construction", "固定资产投资项目 节能审查 招标方案 价格认定"),
    ("水务局", "construction", "取水许可 排水许可 水土保持方案 涉河建设方案"),
    ("交通运输局", "construction", "道路运输经营 涉路施工许可 车辆营运证 从业资格"),
    ("生态环境局", "construction", "环境影响评价 排污许可 固体废物转移 辐射安全许可"),
    ("人民防空办公室", "construction", "人防工程建设 人防易地建设 人防工程验收 人防工程使用"),
    ("人力资源和社会保障局", "public_service", "社会保险登记 就业创业服务 职业技能补贴 劳动用工备案"),
    ("医疗保障局", "public_service", "医保参保登记 异地就医备案 医疗费用报销 生育待遇"),
    ("公安局", "public_service", "户籍办理 居住证 出入境证件 烟花爆竹许可"),
    ("民政局", "public_service", "社会救助 养老服务补贴 社会组织登记 残疾人补贴"),
    ("卫生健康委员会", "public_service", "公共场所卫生许可 医师执业 诊所备案 计划生育服务"),
    ("教育局", "public_service", "入学服务 民办学校 教师资格 校外培训"),
    ("住房公积金管理中心", "public_service", "公积金提取 公积金贷款 公积金缴存 公积金转移"),
    ("退役军人事务局", "public_service", "优待证 抚恤补助 就业安置 荣誉服务"),
    ("残疾人联合会", "public_service", "残疾人证 辅助器具 康复服务 就业帮扶"),
    ("农业农村局", "other", "农药经营许可 动物防疫条件 种子经营 农机登记"),
    ("应急管理局", "other", "危险化学品经营 安全生产许可 应急预案 安全培训"),
    ("城市管理局", "other", "户外广告设置 建筑垃圾处置 燃气经营 园林绿化"),
    ("文体广电和旅游局", "other", "娱乐场所经营 旅行社 文物保护 体育场所"),
    ("商务局", "other", "对外贸易备案 成品油零售 单用途卡 酒类经营"),
    ("气象局", "other", "防雷装置验收 气球升放 气候论证 气象信息服务"),
)
"""Name, class of its items, and what they are about."""

KINDS = ("新办", "变更", "延续", "注销", "信息查询")
LIMITS = {"enterprise_opening": 1.0, "construction": 8.0, "public_service": 3.0, "other": 5.0}
"""Nominal limit in work days, by class."""


def department_code(number: int) -> str:
    """Return the code of a department, counted from 0."""
    return f"DEMO-BM{number + 1:02d}"


def window_code(number: int) -> str:
    """Return the code of a window, counted from 0."""
    return f"DEMO-CK{number + 1:02d}"


def department_rows() -> list[Row]:
    """Return a row per department."""
    return [
        {"code": department_code(number), "name": f"{name}（演示）"}
        for number, (name, _class, _about) in enumerate(DEPARTMENTS)
    ]


def windows_of(department: int) -> list[int]:
    """Return the windows of a department; the first two have one more."""
    return [number for number in range(WINDOWS) if number % len(DEPARTMENTS) == department]


def window_rows() -> list[Row]:
    """Return a row per window."""
    return [
        {
            "code": window_code(number),
            "name": f"{number + 1:02d} 号窗口（演示）",
            "department_code": department_code(number % len(DEPARTMENTS)),
        }
        for number in range(WINDOWS)
    ]


def item_rows() -> list[Row]:
    """Return a row per item: what a department's items are about, in each kind of doing."""
    found: list[Row] = []
    for number, (_name, item_class, about) in enumerate(DEPARTMENTS):
        for subject in about.split():
            for step, kind in enumerate(KINDS):
                limit = 0.5 if kind == "信息查询" else max(0.5, LIMITS[item_class] - 0.5 * step)
                found.append(
                    {
                        "code": f"DEMO-SX{len(found) + 1:03d}",
                        "name": f"{subject}{kind}",
                        "department_code": department_code(number),
                        "item_class": item_class,
                        "limit_work_days": limit,
                    }
                )
    return found
