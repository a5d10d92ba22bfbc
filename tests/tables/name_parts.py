"""Builds `name_parts.csv` of `abmkit.domain`: the words of which Chinese names are put together.

    pip install companynameparser
    python tests/tables/name_parts.py FOLDER   # with its trade.txt and china_place.txt

Trade words and places of companynameparser 0.1.8 (Apache-2.0): of the trade words those that are no
brand or place and don't consist of others (生物科技 is 生物 and 科技); of the places the counties,
districts and towns in full, since short ones (平安, 和平) are brands as well. Added by hand: trade
words that end many names of listed companies, and some Japanese and Korean ones.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"

NO_TRADE = (
    "众安 世界 人形 优选 全套 兰花 名茶 埃航 埃顿 大件 大型 大米 天骄 天然 女装 宝军 常熟 平价 帮办 改为 无忧 "
    "明月 杭州 标字 正规 潍坊 甲级 省级 第一 第二 第三 第四 第五 第三方 统众 联汇 莱西 蓝润 蛀虫 行业 要求 "
    "诺贝 走廊 起航 跑道 金桥 长途 阿胶 阿达 雪花 顶津 顺然 高低压 以色列 埃德尔 大自然 唐山百驰 广西南宁 小企业 "
    "北方工业 南方电网 可行性 报废车 合作商 商务楼 私人 私人定制 国家 国企 外企 区域 室内 室外 家庭 快车 "
    "户外 报告 掘金 新音响 明月 有限 民族 煮粉 班列 现代 甄选 第五 紫砂 联合 跨境 责任 超细 超重型 重机械 "
    "金属门 金蝉养殖 旧电脑 环保水 白水泥 蓝润滑油 滑油 交通事故 以色列 二手 人寿保险 财产保险 高等级公路 "
    "大型包装盒 互通信息 城业 天燃气 科技事业 地基 基础 会计 复合 海外 标识 镭射"
)
TRADE = (
    "银行 信托 期货 保险 电网 电信 联通 安全 支付 在线 云 云计算 大数据 人工智能 区块链 物联网 集成电路 芯片 "
    "微电 光学 光电子 传感 传感器 新材 新材料 材料 新能源 储能 锂电 锂业 钴业 钨业 钛业 稀土 黄金 有色 矿产 "
    "重工 重科 重机 精机 精密 智控 自控 数控 防务 电投 电建 铁建 城建 城投 交建 交运 水务 水利 水电 核电 热电 "
    "火电 风能 高速 港口 港务 机场 航运 海运 空港 铁路 客车 轿车 零部件 特钢 钢构 合金 化学 石化 化纤 精化 "
    "医疗 医药 药业 制药 生物 基因 健康 医院 诊断 疫苗 中药 食品 乳业 酒业 味业 种业 牧业 林业 渔业 "
    "传媒 影视 电影 出版 文化 文旅 教育 旅游 体育 娱乐 视讯 视频 动漫 游戏 互娱 互动 互联 网络 数字 数据 数码 "
    "软件 信息 通信 通讯 智能 智慧 科技 技术 科学 研究所 研究院 研究 测试 检测 认证 计量 评估 征信 金控 金服 资管 "
    "资产 资本 投资 创投 基金 财富 租赁 担保 小额 贷款 消费 金融 高新材料 供应链 电商 国贸 外贸 商城 家居 家电 厨电 "
    "照明 电气 电力 电器 电机 电缆 电源 电池 仪表 仪器 仪器仪表 激光 红外 导航 卫星 航天 航空 船舶 兵器 军工 民爆 "
    "生态 环境 环保 园林 节能 洁能 清洁 管理 服务 咨询 顾问 设计 工程 装饰 装备 设备 机械 机床 机器人 机电 工具 "
    "液压 轴承 泵业 阀门 管道 玻璃 水泥 陶瓷 瓷业 纸业 包装 印刷 纺织 服饰 服装 鞋业 皮革 珠宝 钟表 文具 玩具 家具 "
    "地产 房地产 置业 物业 建设 建筑 建材 建工 路桥 开发 发展 工业 实业 产业 制造 制品 生产 加工 销售 营销 贸易 商贸 "
    "商业 百货 超市 连锁 零售 酒店 餐饮 物流 快递 速递 快运 运输 系统 集成 平台 中心 数据中心 国际 环球 全球 高科 高新 "
    "高技术 创新 创业 公司 商店 药房 饮料 啤酒 调味品 粮油 饲料 橡胶 轮胎 塑料 塑业 涂料 石油 天然气 燃气 油气 煤业 煤电 "
    "煤炭 能源 动力 热力 水业 环卫 生命科学 财产 养老 纳米 载波 面包 榨菜 锚链 食用油 基建 曲轴 振动 饮食 新能 管理局 数据局 大学 学院 半导体 微电子 电子 显示 面板 材料科学 复材 不锈钢 铝业 铜业 钢铁 资源 "
    "自动车 不动产 商事 物产 电工 制作所 水产 海上火灾 生命保险"
)
ORGANISATION = (
    "集团 控股 股份 企业 总公司 公司 分公司 子公司 分行 支行 总部 总行 事业部 办事处 代表处 合伙 公社 厂 总厂 "
    "グループ ホールディングス ジャパン コーポレーション インターナショナル "
    "그룹 홀딩스 코리아 지주"
)
OTHER_TRADE = (
    "エレクトロニクス テクノロジー テクノロジーズ システムズ システム サービス ソリューションズ エンジニアリング "
    "フード フーズ モーターズ バンク "
    "전자 중공업 화학 증권 은행 자동차 생명 화재 건설 물산 에너지 제약 바이오 통신 텔레콤 산업 전기 카드 보험"
)
ZONES = (
    "中国 香港 澳门 台湾 大中华区 大中华 亚太 亚太区 中国区 工业园区 高新区 经济技术开发区 经济开发区 开发区 "
    "自贸区 自由贸易试验区 高新技术产业开发区 高新技术开发区"
)
_FULL = re.compile("(?:市|区|县|旗|州|盟|镇)$")


def _consists_of_others(word: str, words: set[str]) -> bool:
    reached = [True] + [False] * len(word)
    for end in range(2, len(word) + 1):
        reached[end] = any(
            reached[start] and word[start:end] != word and word[start:end] in words
            for start in range(end - 1)
        )
    return reached[-1]


def main(folder: Path) -> None:
    """Writes the table into the package."""

    def lines(name: str) -> set[str]:
        return {line.strip() for line in (folder / name).open(encoding="utf-8")} - {""}

    trade = {word for word in lines("trade.txt") if len(word) > 1} - set(NO_TRADE.split())
    trade |= {word for word in TRADE.split() if len(word) > 1}
    trade -= set(ORGANISATION.split())
    known = trade | set(ORGANISATION.split())
    own = {"高新材料", "集成电路", "数据中心", "人工智能", "生命科学", "仪器仪表"}
    trade = {word for word in trade if word in own or not _consists_of_others(word, known)}
    places = {word for word in lines("china_place.txt") if len(word) > 2 and _FULL.search(word)}
    table = [("place", word) for word in sorted(places)]
    table += [("zone", word) for word in sorted(set(ZONES.split()))]
    table += [("trade", word) for word in sorted(trade | set(OTHER_TRADE.split()))]
    table += [("organisation", word) for word in sorted(set(ORGANISATION.split()))]
    with (DATA / "name_parts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("kind", "word"), *table])
    print(len(places), "places,", len(trade), "trade words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
