"""The sample's classifier: a residual network of the usual shape, small enough to ship inside the extension."""

from torch import Tensor, nn

INPUT = 112
WIDTHS = (24, 32, 40, 56)
BLOCKS = (2, 2, 2, 1)


class BasicBlock(nn.Module):
    """conv–bn–relu–conv–bn beside a shortcut (He et al. 2016), with torchvision's module names."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample = (
            nn.Identity()
            if stride == 1 and before == after
            else nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + self.downsample(x))


class SampleNet(nn.Module):
    """(N, 3, 112, 112) → (N, classes); layer1 … layer4 have maps of 56, 28, 14 and 7 pixels a side."""

    def __init__(self, classes: int):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 5, stride=2, padding=2, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        self.relu = nn.ReLU(inplace=True)
        before = WIDTHS[0]
        for number, (width, count) in enumerate(zip(WIDTHS, BLOCKS, strict=True), start=1):
            blocks = [BasicBlock(before, width, stride=1 if number == 1 else 2)]
            blocks += [BasicBlock(width, width, stride=1) for _ in range(count - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            before = width
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.flatten(self.avgpool(x)))
