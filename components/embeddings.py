"""What the steps on embeddings share: words of the novel, the colour of a number, bars of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import scales
from components.catalogue import COLOURS
from components.text import beginning

#: Words of the Chinese novel that the texts of the lesson speak of, by what these call them.
OF_THE_NOVEL = {
    "xuande": "玄德",
    "caocao": "曹操",
    "guangong": "关公",
    "zhangfei": "张飞",
    "zhaoyun": "赵云",
    "kongming": "孔明",
    "xunyu": "荀彧",
    "guojia": "郭嘉",
    "chengyu": "程昱",
    "jianxiong": "奸雄",
    "jianzei": "奸贼",
    "renyi": "仁义",
    "guanxing": "关兴",
    "zhangbao": "张苞",
    "xichuan": "西川",
    "liuzhang": "刘璋",
    "liubiao": "刘表",
    "sunquan": "孙权",
    "cao": "操",
}


def signed(value: float, most: float) -> tuple[int, int, int]:
    """The colour of a number between -`most` and `most`."""
    return scales.colour("signed", value, -most, most)


def bars(pairs: Sequence[tuple[str, float]], *, x: str, hollow: Sequence[str] = ()) -> Any:
    """A horizontal bar for each (name, value), to either side of zero; `hollow` ones are not filled."""
    import plotly.graph_objects as go

    names = [beginning(name, 24) for name, _value in pairs]
    values = [value for _name, value in pairs]
    filled = [name not in hollow for name, _value in pairs]
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=list(range(len(pairs))),
        text=[f"{value:.3f}" for value in values],
        customdata=names,
        orientation="h",
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
        marker={
            "color": [COLOURS["text"] if one else "rgba(0,0,0,0)" for one in filled],
            "line": {"color": COLOURS["text"], "width": 1},
        },
    )
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.25 * (high - low or 1)
    figure.update_layout(
        height=26 * len(pairs) + 70, margin={"l": 8, "r": 8, "t": 8, "b": 8}, showlegend=False
    )
    figure.update_xaxes(title=x, range=[low - (room if low < 0 else 0), high + room])
    figure.update_yaxes(tickvals=list(range(len(pairs))), ticktext=names, autorange="reversed")
    return figure
