"""Ready sentences with two labels each: what they are about, and what they are said for.

Written for this project: four topics times four purposes, twelve sentences each, in English and in
Chinese. They have no sign at their end, since a question mark would give the purpose away.
"""

from __future__ import annotations

#: A topic and a purpose, then the sentences, one a line.
ENGLISH = """\
# weather, statement
It rained the whole night
The fog is lifting over the river
Last winter was the mildest in years
A cold wind blows from the north
Snow still covers the hills
The storm has taken the roof off the barn
It is warmer today than yesterday
Clouds are gathering in the west
The first frost came in October
We had sunshine from morning to evening
Thunder woke the whole village
The drought has lasted six weeks
# weather, question
Will it rain on Sunday
How cold does it get here at night
Has the snow melted yet
Is that thunder in the distance
When does the sun set in June
Why is it so foggy this morning
Did the storm do any damage
What is the forecast for the weekend
Could it freeze tonight
How long will this heat go on
Is the wind always this strong
Where did the hail come down
# weather, request
Please take an umbrella with you
Bring the washing in before the shower
Close the windows, a storm is coming
Tell me what the forecast says
Would you clear the snow off the steps
Stay out of the midday sun
Cover the roses against the frost
Look at the barometer for me
Let us wait until the rain is over
Could you put the sunshade up
Keep away from trees in a thunderstorm
Leave the awning rolled in while it is windy
# weather, promise
I will clear the snow before breakfast
If it rains, we will bring the chairs inside
You shall have my raincoat tomorrow
I am going to check the forecast every hour
We will warn you as soon as the storm turns
I promise to water the garden during the drought
Nobody will have to walk home in the rain, I will drive
I will cover the plants before the frost
We shall put up the sunshade by noon
As soon as the fog lifts, I will call you
My brother and I will mend the roof before winter
I will not let the pipes freeze
# kitchen, statement
The soup needs an hour on a low flame
Grandmother baked bread every Friday
The knife is blunt
This sauce tastes of garlic and lemon
There are three eggs left in the fridge
The milk boiled over
Rice doubles its size in the pot
I burnt the onions again
The oven is at two hundred degrees
Her apple cake won a prize
The dough has risen overnight
We ate the leftovers for lunch
# kitchen, question
How much salt goes into the dough
Is the chicken done
Where do you keep the pepper
Does this cheese contain nuts
When did you put the cake in the oven
What can I cook with leeks and potatoes
Have you tasted the sauce
Why did the cream turn sour
Which pan is best for pancakes
Can we freeze the rest of the stew
Is there any butter left
How long must the lentils soak
# kitchen, request
Please peel the potatoes
Stir the soup so that it does not burn
Would you set the table for six
Pass me the salt
Cut the onions as finely as you can
Take the bread out of the oven
Could you wash the salad
Add two spoons of sugar to the cream
Try a bit of this sauce
Do not open the oven before it is done
Let the meat rest for ten minutes
Write down your recipe for me
# kitchen, promise
I will cook dinner on Friday
We are going to make pancakes for the children
I will bring a salad to the party
You shall get the recipe from me tonight
I promise not to burn the rice again
Tomorrow I will bake you a birthday cake
We will do the dishes after the meal
I will buy fresh fish at the market
Leave the pots, I will scrub them
Next time we will use less pepper
My mother will send you a jar of her jam
I will keep a plate of soup warm for you
# travel, statement
The train leaves from platform four
Our flight was two hours late
The hotel lies behind the harbour
I lost my ticket on the bus
They crossed the border at midnight
The ferry runs only in summer
My suitcase weighs twenty kilos
The road through the mountains is closed
We spent a week in Lisbon
The last tram goes at half past eleven
Our passports are in the safe
The bridge was full of cars
# travel, question
When does the next train leave
Where can I buy a ticket
How far is it to the airport
Is breakfast included in the room
Do I have to change in Cologne
Has the bus to the harbour gone
Which platform is it
Can we take bicycles on the ferry
Did you pack the passports
How much does a taxi to the centre cost
Are there any seats left on the night train
Why has the plane not landed yet
# travel, request
Please wake me before we reach the border
Show me the way to the station
Keep an eye on my suitcase
Would you reserve two seats by the window
Call us a taxi for six
Turn left behind the bridge
Have your tickets ready
Send me a postcard from Rome
Could you lift my bag onto the rack
Do not miss the last ferry
Fasten your seat belts
Let the others get off first
# travel, promise
I will meet you at the station
We will book the hotel this evening
I promise to be at the airport on time
Your luggage will be in your room by noon, I will carry it
I will send you a postcard from every city
We shall keep a seat for you on the bus
Tomorrow I will show you the old harbour
I will drive you to the train
We are going to visit you in spring
I will look after your passport
The two of us will pay for the petrol
I will call as soon as the plane has landed
# computer, statement
The printer is out of paper
My laptop starts in ten seconds
The new update deleted my settings
She wrote the program in a weekend
The screen went black twice today
Our server is in the cellar
The battery lasts about five hours
I forgot my password
The file is too large for an email
Two keys of the keyboard are stuck
The backup finished last night
His phone fell into the sink
# computer, question
How do I reset my password
Is the printer switched on
Why does my screen flicker
Which folder did you save it in
Does the old cable fit the new phone
When was the last backup made
Can you open this file
How much memory does the laptop have
Has anybody restarted the server
What does this error message mean
Where is the button for the camera
Did the update go through
# computer, request
Please restart the router
Send me the file again
Do not click on that link
Type your password twice
Would you charge my phone
Delete the old photos from the disk
Install the update before you go on
Could you print ten copies
Switch the screen off at night
Save your work now
Show me how to make a backup
Plug the cable into the other port
# computer, promise
I will install the update tonight
We will get you a new keyboard
I promise to back up your photos
You shall have the file within the hour
I will never share your password
Tomorrow I will repair the printer
We are going to replace the battery for free
I will send you the link after lunch
The server will be running again by noon, I will see to it
I will show your father how the camera works
We shall delete all your data
I will answer your email today
"""

CHINESE = """\
# 天气, 陈述
昨天夜里一直在下雨
河面上的雾正在散去
去年冬天是多年来最暖和的
北边吹来一阵冷风
山上还盖着雪
暴风把谷仓的屋顶掀掉了
今天比昨天暖和
西边的云越来越厚
十月就下了第一场霜
从早到晚都是大太阳
雷声把全村人都吵醒了
干旱已经持续了六个星期
# 天气, 询问
星期天会下雨吗
这里夜里有多冷
雪化了没有
远处是不是在打雷
六月几点钟天黑
今天早上的雾怎么这么大
暴风造成损失了吗
周末的天气预报怎么说
今晚会不会结冰
这么热的天还要持续多久
这里的风一直这么大吗
冰雹下在什么地方了
# 天气, 请求
请带上雨伞
下雨前把衣服收进来
把窗户关好，暴风雨要来了
把天气预报念给我听
麻烦你扫一下台阶上的雪
中午别在太阳底下待着
给月季盖上东西防霜
帮我看看气压计
我们等雨停了再走吧
你把遮阳伞撑开好吗
打雷时离大树远一点
风大的时候别把雨棚放下来
# 天气, 承诺
早饭前我会把雪扫干净
要是下雨，我们就把椅子搬进屋
明天我把雨衣借给你
我会每个小时看一次预报
暴风一转向我们就通知你
干旱的时候我一定给花园浇水
谁都不用淋雨回家，我开车送
霜冻之前我会把花盖好
中午以前我们把遮阳伞撑起来
雾一散我就给你打电话
入冬前我和哥哥会把屋顶修好
我不会让水管冻住的
# 厨房, 陈述
这锅汤要小火煮一个小时
奶奶每个星期五都烤面包
这把菜刀钝了
酱汁里有大蒜和柠檬的味道
冰箱里还剩三个鸡蛋
牛奶煮溢出来了
米饭煮好以后体积大一倍
我又把洋葱炒糊了
烤箱现在是两百度
她做的苹果蛋糕得过奖
面团发了一夜
午饭我们吃的是剩菜
# 厨房, 询问
面团里要放多少盐
鸡肉熟了吗
你的胡椒放在哪儿
这种奶酪里有没有坚果
蛋糕是什么时候放进烤箱的
用韭菜和土豆能做什么菜
你尝过酱汁没有
奶油怎么变酸了
煎饼用哪口锅最好
剩下的炖肉能不能冷冻
还有黄油吗
小扁豆要泡多久
# 厨房, 请求
请把土豆削了
搅一搅汤，别让它糊了
麻烦你摆六个人的碗筷
把盐递给我
洋葱切得越细越好
把面包从烤箱里拿出来
你洗一下生菜好吗
奶油里再加两勺糖
尝一口这个酱
没烤好之前别打开烤箱
让肉放十分钟再切
把你的菜谱写给我
# 厨房, 承诺
星期五的晚饭我来做
我们会给孩子们做煎饼
聚会那天我带一份沙拉去
今晚我就把菜谱发给你
我保证不再把米饭煮糊
明天我给你烤一个生日蛋糕
吃完饭我们来洗碗
我会去市场买新鲜的鱼
锅放着吧，我来刷
下次我们一定少放胡椒
我妈妈会给你寄一罐果酱
我会给你留一碗热汤
# 旅行, 陈述
火车从四号站台发车
我们的航班晚点两个小时
旅馆在港口后面
我的车票丢在公共汽车上了
他们半夜过了边境
渡轮只在夏天开
我的箱子有二十公斤
翻山的公路封了
我们在里斯本住了一个星期
末班电车十一点半开
护照都在保险柜里
桥上堵满了汽车
# 旅行, 询问
下一班火车几点开
在哪里可以买票
到机场有多远
房费包括早餐吗
我要不要在科隆换车
去港口的公共汽车开走了没有
是哪个站台
渡轮上能带自行车吗
你把护照装进去了吗
打车到市中心多少钱
夜车还有座位吗
飞机怎么还没有降落
# 旅行, 请求
到边境之前请叫醒我
告诉我去车站怎么走
帮我看一下箱子
麻烦你订两个靠窗的座位
六点给我们叫一辆出租车
过了桥往左拐
请把车票准备好
到了罗马给我寄张明信片
你帮我把包放到架子上好吗
别误了最后一班渡轮
把安全带系好
让别人先下车
# 旅行, 承诺
我会到车站接你
今晚我们就把旅馆订好
我保证准时到机场
中午以前我会把行李送到您的房间
每到一个城市我都给你寄明信片
我们会在车上给你留个座位
明天我带你去看老港口
我开车送你去坐火车
春天我们一定来看你
护照我会替你保管好
汽油钱由我们两个来付
飞机一落地我就打电话
# 电脑, 陈述
打印机没有纸了
我的笔记本十秒钟就能开机
新的更新把我的设置都删了
她用一个周末写出了这个程序
屏幕今天黑了两次
我们的服务器在地下室
电池大概能用五个小时
我忘了密码
文件太大，邮件发不出去
键盘上有两个键卡住了
备份昨天夜里做完了
他的手机掉进了水池
# 电脑, 询问
怎样重设密码
打印机开了没有
屏幕为什么一闪一闪的
你存在哪个文件夹里了
旧的线能插新手机吗
上一次备份是什么时候做的
这个文件你打得开吗
这台笔记本有多大内存
有人重启过服务器吗
这条错误信息是什么意思
相机的按钮在哪里
更新成功了没有
# 电脑, 请求
请重启一下路由器
把文件再发我一次
别点那个链接
密码请输入两遍
麻烦你给我的手机充电
把旧照片从硬盘上删掉
先装好更新再继续
你帮我打印十份好吗
晚上把屏幕关掉
现在就保存你的文件
教我怎么做备份
把线插到另一个口上
# 电脑, 承诺
今晚我会装好更新
我们会给您换一个新键盘
我保证把你的照片备份好
一个小时之内我把文件给你
我绝不会把你的密码告诉别人
明天我来修打印机
我们会免费更换电池
午饭后我把链接发给你
中午以前我一定让服务器恢复运行
我会教你爸爸怎么用相机
我们会删除您的全部数据
今天我就回你的邮件
"""

BY_TONGUE = {"en": ENGLISH, "zh": CHINESE}
#: Sentences that are in neither of them, to try.
NEW = {"en": "Would you switch the oven off", "zh": "麻烦你把烤箱关了"}


def ready_lines(*, language: str, by: str) -> str:
    """The ready sentences with one of their labels, each line as "label: sentence".

    Parameters
    ----------
    language : "en" or "zh".
    by : "topic" (what it is about) or "purpose" (what it is said for).
    """
    place = ("topic", "purpose").index(by)
    found, label = [], ""
    for line in BY_TONGUE[language].splitlines():
        if line.startswith("# "):
            label = line[2:].split(", ")[place]
        else:
            found.append(f"{label}: {line}")
    return "\n".join(found)
