"""Labelled sentences to train a classifier on at once: what guests say about a café.

Written for this project, so that praise and complaint share few words: a classifier of words meets
mostly words that it has never seen.
"""

from __future__ import annotations

ENGLISH = """\
praise: The coffee was wonderful.
praise: Best cake I have eaten in years.
praise: Our waiter was friendly and quick.
praise: A lovely place to sit and read.
praise: I enjoyed every bite.
praise: The staff remembered my name, how nice.
praise: Warm bread, fresh butter, perfect morning.
praise: We will certainly come back.
praise: Such a cosy room with soft music.
praise: My children adored the hot chocolate.
praise: Everything arrived fast and tasted great.
praise: Generous portions at a fair price.
praise: The view from the terrace is beautiful.
praise: Delicious soup on a cold day.
praise: They made us feel at home.
praise: I recommend the apple pie to everybody.
praise: Spotless tables and smiling people.
praise: This espresso made my day.
praise: What a charming little café!
praise: Excellent service from start to finish.
complaint: The tea was cold when it came.
complaint: We waited an hour for two sandwiches.
complaint: My cup had a crack and was dirty.
complaint: Far too loud to talk.
complaint: They charged us twice.
complaint: The milk had gone sour.
complaint: Nobody cleaned the table next to us.
complaint: Rude answers when I asked for water.
complaint: The biscuits were stale and hard.
complaint: I found a hair in my salad.
complaint: Ridiculously expensive for so little.
complaint: Our order was forgotten completely.
complaint: The heating is broken and it smells.
complaint: I will never set foot in there again.
complaint: Burnt toast, and no apology.
complaint: The waiter ignored us all evening.
complaint: Tiny slices, terrible taste.
complaint: It gave me a stomach ache.
complaint: The toilets were disgusting.
complaint: What a disappointing dinner.
"""

CHINESE = """\
好评: 咖啡非常香。
好评: 这是我吃过最好吃的蛋糕。
好评: 服务员很热情，动作也快。
好评: 这里很安静，适合看书。
好评: 每一口都很享受。
好评: 店员还记得我的名字，真贴心。
好评: 面包热乎乎的，早餐很完美。
好评: 我们一定会再来。
好评: 房间温馨，音乐也舒服。
好评: 孩子们特别喜欢热巧克力。
好评: 上菜很快，味道很棒。
好评: 分量足，价格也公道。
好评: 露台上的风景真美。
好评: 冷天喝一碗汤，美味极了。
好评: 让人有回家的感觉。
好评: 苹果派值得推荐给大家。
好评: 桌子干净，大家都面带微笑。
好评: 这杯浓缩咖啡让我一天都开心。
好评: 多么可爱的小店！
好评: 从头到尾服务都很周到。
差评: 茶端上来时已经凉了。
差评: 两个三明治等了一个小时。
差评: 杯子有裂缝，还很脏。
差评: 太吵了，没法说话。
差评: 他们多收了我们的钱。
差评: 牛奶已经变酸了。
差评: 旁边的桌子一直没人收拾。
差评: 要一杯水，回答很不客气。
差评: 饼干又硬又不新鲜。
差评: 沙拉里有一根头发。
差评: 这么一点东西，贵得离谱。
差评: 我们点的菜完全被忘了。
差评: 暖气坏了，还有怪味。
差评: 我再也不会去了。
差评: 吐司烤糊了，也没人道歉。
差评: 服务员整晚都不理我们。
差评: 切得很小，味道糟糕。
差评: 吃完以后肚子疼。
差评: 厕所脏得让人恶心。
差评: 令人失望的一顿晚饭。
"""

#: The sentences by language, and one to try that is in none of them.
BY_LANGUAGE = {"en": ENGLISH, "zh": CHINESE}
TRY = {"en": "A terrific breakfast, thank you!", "zh": "早餐真不错，谢谢！"}
