"""The names of the classes that pretrained networks tell apart, in the order of their outputs.

Those marked with `N_` are translated where they are shown.
"""

from __future__ import annotations

import functools

from engine.errors import N_

#: The 80 classes of COCO (T.-Y. Lin and others, "Microsoft COCO", 2014), in the order of YOLOX's
#: `yolox/data/datasets/coco_classes.py`.
COCO = (
    N_("person"), N_("bicycle"), N_("car"), N_("motorcycle"), N_("airplane"), N_("bus"),
    N_("train"), N_("truck"), N_("boat"), N_("traffic light"), N_("fire hydrant"), N_("stop sign"),
    N_("parking meter"), N_("bench"), N_("bird"), N_("cat"), N_("dog"), N_("horse"), N_("sheep"),
    N_("cow"), N_("elephant"), N_("bear"), N_("zebra"), N_("giraffe"), N_("backpack"),
    N_("umbrella"), N_("handbag"), N_("tie"), N_("suitcase"), N_("frisbee"), N_("skis"),
    N_("snowboard"), N_("sports ball"), N_("kite"), N_("baseball bat"), N_("baseball glove"),
    N_("skateboard"), N_("surfboard"), N_("tennis racket"), N_("bottle"), N_("wine glass"),
    N_("cup"), N_("fork"), N_("knife"), N_("spoon"), N_("bowl"), N_("banana"), N_("apple"),
    N_("sandwich"), N_("orange"), N_("broccoli"), N_("carrot"), N_("hot dog"), N_("pizza"),
    N_("donut"), N_("cake"), N_("chair"), N_("couch"), N_("potted plant"), N_("bed"),
    N_("dining table"), N_("toilet"), N_("tv"), N_("laptop"), N_("mouse"), N_("remote"),
    N_("keyboard"), N_("cell phone"), N_("microwave"), N_("oven"), N_("toaster"), N_("sink"),
    N_("refrigerator"), N_("book"), N_("clock"), N_("vase"), N_("scissors"), N_("teddy bear"),
    N_("hair drier"), N_("toothbrush"),
)  # fmt: skip

#: Background and the 20 classes of Pascal VOC (M. Everingham and others, "The Pascal visual object
#: classes challenge", 2010), in the order of torchvision's `_VOC_CATEGORIES`.
VOC = (
    N_("background"), N_("aeroplane"), N_("bicycle"), N_("bird"), N_("boat"), N_("bottle"),
    N_("bus"), N_("car"), N_("cat"), N_("chair"), N_("cow"), N_("diningtable"), N_("dog"),
    N_("horse"), N_("motorbike"), N_("person"), N_("pottedplant"), N_("sheep"), N_("sofa"),
    N_("train"), N_("tvmonitor"),
)  # fmt: skip


@functools.cache
def imagenet() -> tuple[str, ...]:
    """The 1000 classes of ImageNet (ILSVRC 2012) as torchvision names them with its weights."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
