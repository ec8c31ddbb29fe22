"""The words of the handbook in Chinese, by where they stand."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from __future__ import annotations

TEXTS = {
    "title": "# 升级与回滚：{project} {version}",
    "intro": (
        "本手册由 `release-tools runbook` 根据各仓库中 `{tag}` 的实际内容生成。"
        "文中出现的每个制品都已确认存在；未找到的一律不写。"
    ),
    "channels": "## 发布渠道",
    "channels-head": "| 渠道 | 标签 | 频率 | 用途 |\n|---|---|---|---|",
    "channel-release": "| 正式版 | {tags} | 打上 `{pattern}` 标签时 | 生产环境 |",
    "channel-nightly": "| 夜间构建 | {tags} | {often} | 发布前测试 |",
    "channel-latest": "| latest | `latest` | 每次推送都会移动 | 仅用于开发 |",
    "nightly-often": "每晚一次",
    "nightly-schedule": "按计划 `{cron}`（UTC）",
    "channels-advice": (
        "生产环境务必写明版本，能写 digest 的地方写 digest:"
        "在多数仓库里标签可以被移动，digest 不会。"
    ),
    "channels-releases": "全部发布：<{url}>",
    "prerequisites": "## 前置条件",
    "need-helm": "- `helm` 3.14 或更高：需要 `--reset-then-reuse-values` 和 OCI 仓库中的 chart",
    "need-kubectl": "- `kubectl`，已配置好目标集群",
    "need-docker": "- `docker` 或 `podman`，用于不经集群直接使用镜像",
    "need-pip": "- `pip` 22 或更高",
    "need-cargo": "- `cargo`",
    "need-npm": "- `npm`",
    "need-ours": "- `release-tools`，可检查以上各项：`release-tools doctor {version}`",
    "current": "## 1. 查看当前版本",
    "current-helm": "### Helm release",
    "current-helm-note": (
        "`CHART` 列是 chart 的版本，`APP VERSION` 列是它部署的镜像标签。请记下 revision：回滚要用。"
    ),
    "current-images": "### 运行中的镜像",
    "current-local": "### 本地镜像",
    "current-package": "### {name}",
    "current-all": "### 一次看全，并与 {version} 对照",
    "upgrade": "## 2. 升级",
    "upgrade-ours": (
        "`release-tools upgrade {version}{option}` 会按当前运行的状态列出这些步骤，"
        "每步都带检查和撤销方法；加 `--execute` 即执行。"
    ),
    "upgrade-helm": "### Helm chart",
    "show-comment": "# 先确认 chart 存在，且从这里读得到",
    "upgrade-comment": "# 先用新 chart 的默认值，再叠加以前设置过的值",
    "upgrade-digest": "按 digest 升级，无论标签以后指向哪里，内容都不变：",
    "upgrade-values": (
        "跨版本升级绝不要用 `--reuse-values`：它会丢掉新 chart 的默认值，新增的必填值因而缺失。"
        "Helm 低于 3.14 时，请改用文件给出全部值：`--values {values}`。"
    ),
    "verify": "确认升级成功：",
    "upgrade-images": "### 镜像（不经 Helm）",
    "pull-comment": "# podman 的参数相同",
    "digest-note": (
        "每个 digest 都是镜像索引（index）的 digest，适用于所有平台。"
        "不要在拉取后用 `docker inspect` 取 digest："
        "那可能只是某一个平台的，会让其他架构的节点出错。"
    ),
    "images-head": "| 镜像 | digest | 平台 |\n|---|---|---|",
    "image-row": "| `{image}` | `{digest}` | {platforms} |",
    "manifest-note": "在 Kubernetes manifest 中固定 digest，标签写在注释里：",
    "manifest-apply": (
        "`release-tools pin {version} --into FILE` 会这样修改 manifest 与 kustomization;"
        "随后执行 `kubectl apply --filename FILE`。"
    ),
    "upgrade-package": "### {name}",
    "newest-comment": "# 届时最新的稳定版",
    "upgrade-other": "### {name}：独立的发布流",
    "other-note": "它由 `{pattern}` 标签发布{by}，不随 `{tag}` 一起发布。请显式固定版本：",
    "other-by": "（通过 {workflows}）",
    "rollback": "## 3. 回滚",
    "rollback-ours": (
        "`release-tools rollback{option}` 会列出回到最近一个正常 revision 的步骤；"
        "用 `--revision N` 或 `--to VERSION` 另选，加 `--execute` 即执行。"
    ),
    "rollback-helm": "### Helm：最快的路径",
    "rollback-helm-note": "Helm 保存了每次部署的内容，包括当时的 values：无需重新下载。",
    "history-comment": "# 可以回到哪些 revision",
    "previous-comment": "# 回到上一个 revision",
    "revision-comment": "# 回到指定的 revision，例如 3",
    "verify-comment": "# 确认成功",
    "reinstall-note": "若历史已不在（Helm 只保留十个 revision），可重新安装 {version} 的 chart:",
    "rollback-kubectl": "### Kubernetes manifest（不经 Helm）",
    "undo-comment": "# 撤销最近一次 rollout",
    "to-comment": "# 或回到指定的 revision",
    "rollback-digests": (
        "若 manifest 用 digest 固定，请换回上一个版本的 digest,"
        "再执行 `kubectl apply --filename FILE`："
    ),
    "rollback-images": "### 本地镜像",
    "rollback-package": "### {name}",
    "nothing-before": "没有找到更早的发布，因此不写可以回到的版本。",
    "pinning": "## 4. 固定版本",
    "make": "### Makefile 变量",
    "make-note": "以下 target 由变量决定版本：",
    "values": "### Helm 的 values 文件",
    "values-note": (
        "`release-tools pin {version} --output {values}` 会按 chart 自己的 values 写出此文件；"
        "加 `--digest` 则每个镜像都带上 digest:"
    ),
    "values-deploy": "然后用它部署：",
    "pin-manifests": "### Manifest",
    "pin-check": "# 固定的 digest 还在吗，是哪个版本?",
    "nightlies": "## 5. 夜间构建",
    "nightlies-note": "夜间构建只用于发布前测试，不会自动晋升为正式版。",
    "nightlies-none": "没有找到这个发布流的夜间构建。",
    "nightly-images": "# 夜间镜像",
    "nightly-chart": "# 夜间 chart，装到试验用的命名空间",
    "promotion": "## 6. 晋升",
    "promotion-note": "从夜间构建到正式版，只由发布负责人决定：",
    "promote-checks": "1. 该 commit 的所有检查均通过。",
    "promote-compare": (
        "{n}. 查看夜间构建与正式版之间还差什么："
        "`release-tools promote nightly-YYYYMMDD --to VERSION`"
    ),
    "promote-bump": "{n}. 设置版本{in_}：`release-tools bump VERSION`",
    "promote-places": "({places})",
    "promote-tag": "{n}. 打上标签 `{pattern}`：`release-tools tag VERSION --push`{starts}",
    "promote-starts": "。它会触发 {workflows}",
    "promote-release": (
        "{n}. 所有发布面一致之后才创建 GitHub Release:"
        "`release-tools verify-surfaces VERSION --published --wait 15m`"
    ),
    "promote-other": "`{name}` 独立晋升：设置版本{in_}，再打上标签 `{pattern}`{starts}。",
    "trouble": "## 7. 故障排查",
    "trouble-ours": "`release-tools doctor {version}{option}` 会检查以下各项，并给出解决办法。",
    "trouble-chart": "### Helm：找不到 chart",
    "tags-comment": "# 有哪些版本?（oras 是单独的程序）",
    "exists-comment": "# 这个版本在吗?",
    "trouble-state": "### Helm：升级失败后 release 状态异常",
    "force-comment": "# 仅当回滚也失败：保存 values，卸载，再安装上一个正常的版本",
    "trouble-pull": "### Kubernetes：升级后 ImagePullBackOff",
    "pull-note": "标签可能尚未发布，或者缺少 pull secret。先看是哪个镜像，以及它在不在：",
    "describe-comment": "# 找 ErrImagePull 和确切的引用",
    "published-comment": "# 这个版本的制品都在吗?",
    "pull-back": "在它发布之前，先回滚：",
    "trouble-conflict": "### Helm 4：与其他字段管理者冲突",
    "conflict-note": (
        "有人绕过 Helm 改了镜像（`kubectl set image`）。"
        "请把它写进 values 文件，再让 Helm 收回该字段："
    ),
}
