"""standard texts, and what residents read"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
SHIPPED = [  # (name, action, about, step, words): ours, to be changed by each district
    ("哪一处", "ask", "", 0, "您好，{编号} 这件收到了。请问是{地点}的哪一处？楼号、店名、灯杆号都行，拍张照片更好找。"),
    ("现在还在吗", "ask", "", 0, "请问{地点}现在还是这样吗？要是已经好了，告诉我们一声就行。"),
    ("什么时候能进门", "ask", "", 0, "师傅要到现场看，请问您哪天、几点方便？"),
    (
        "哪盏灯",
        "ask",
        "street_light",
        0,
        "灯杆上有编号的话请告诉我们，没有就说从哪头数第几盏。是一直不亮，还是一闪一闪？",
    ),
    (
        "井盖上的字",
        "ask",
        "manhole_cover",
        0,
        "井盖是松了、破了，还是不见了？盖上写的字请念给我们听，好知道是哪一家的。请先绕开走。",
    ),
    ("什么声音", "ask", "noise", 0, "吵的是什么声音，一般从几点到几点？我们想在最吵的时候去看。"),
    ("有人在办了", "tell", "", 4, "{编号} 有人在办了，最迟 {时限} 办完。有变化马上告诉您。"),
    ("要等材料", "tell", "", 4, "{地点}这件要等材料到了才能做完，最迟还是 {时限}。让您久等了。"),
    ("先围起来了", "tell", "", 0, "{地点}已经先围好、放了提醒牌，请绕开走。弄好了再告诉您。"),
    ("谢谢补充", "tell", "", 0, "谢谢您补充，已经记在 {编号} 里，办的人看得到。"),
    ("还要看一遍", "tell", "", 5, "{编号} 说是办好了。我们另外派人去看一遍，看过再告诉您。"),
    ("不在姑苏区", "decline", "", 0, "{地点}不在姑苏区，我们派不了人。请拨 12345，那边会转给当地。"),
    ("没有等到回音", "decline", "", 0, "问了您两次都没有等到回音，{编号} 先结束。想起来随时再说，我们马上接着办。"),
    (
        "要走别的办法",
        "decline",
        "",
        0,
        "这件要由两家自己商量定，我们不能替人决定。社区可以帮着调解，也可以在这里问法律顾问。",
    ),
    ("修好了", "report_back", "", 0, "{地点}的{事项}已经处理，走之前看过是好的。再有问题请随时说。"),
    ("清走了", "report_back", "environment", 0, "{地点}已经清干净，周围也看过一遍。再有堆放请随时说。"),
]


def upgrade() -> None:
    op.add_column("notice", sa.Column("said", sa.Text(), nullable=False, server_default=""))
    texts = op.create_table(
        "standard_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    names = ("name", "action", "about", "step", "words")
    op.bulk_insert(texts, [dict(zip(names, row, strict=True)) | {"changed_by": ""} for row in SHIPPED])
