"""The operations of the first customer's handbook, section by section, as patterns of commands.

Each is looked for in what ``runbook`` writes of the same release: a reworded text is no matter, an
operation that is gone is.  ``{registry}`` stands for where its images and charts are.
"""

NS = "--namespace vllm-semantic-router-system"
CHART = "oci://{registry}/charts/semantic-router"
IMAGE = "{registry}/semantic-router"
IMAGES = (
    *("extproc", "extproc-rocm", "vllm-sr", "vllm-sr-rocm", "anthropic-shim"),
    *("dashboard", "llm-katan", "operator", "operator-bundle"),
)
MORE = r"[^\n]*(?:\\\n[^\n]*)*?"
"""The rest of a command, over its further lines."""

OPERATIONS = {
    "release channels": [
        r"\| `v0\.3\.0`, `0\.3\.0` \|",
        r"\| [^|\n]*`nightly-20260115`[^|\n]* \| [^|\n]*0 2 \* \* \*[^|\n]* \|",
        r"/releases>",
    ],
    "prerequisites": [r"`helm` 3\.14", r"`kubectl`", r"`pip` 22", r"`docker`[^\n]*`podman`"],
    "1. current version": [
        f"helm list {NS}",
        f"helm history semantic-router {NS}",
        r"`CHART`[^\n]*`APP VERSION`",
        rf"kubectl get deployments[^\n]* {NS} \\\n  --output jsonpath=[^\n]*image",
        r"vllm-sr --version",
        r"pip show vllm-sr\n",
    ],
    "2a. upgrade the chart": [
        rf"helm show chart {CHART} --version 0\.3\.0",
        (
            rf"helm upgrade semantic-router{MORE}{CHART}{MORE}--version 0\.3\.0{MORE}{NS}{MORE}"
            rf"--reset-then-reuse-values{MORE}--wait{MORE}--timeout 10m"
        ),
        r"`--reuse-values`",
        r"Helm (?:低于 )?3\.14[^\n]*`--values",
        rf"helm status semantic-router {NS}",
        rf"kubectl rollout status deployment/semantic-router {NS}",
    ],
    "2b. upgrade images": [
        *(rf"docker pull {IMAGE}/{name}:v0\.3\.0\n" for name in IMAGES),
        *(rf"`{IMAGE}/{name}:v0\.3\.0` \| `sha256:[0-9a-f]{{64}}`" for name in IMAGES),
        r"podman",
        rf"image: {IMAGE}/extproc@sha256:[0-9a-f]{{64}} # v0\.3\.0",
    ],
    "2c. upgrade the Python package": [
        r"pip install --upgrade vllm-sr==0\.3\.0\nvllm-sr --version",
        r"pip install --upgrade vllm-sr\n",
    ],
    "2d. upgrade the simulator": [
        r"pip install --upgrade vllm-sr-sim==0\.0\.9",
        r"`vllm-sr-sim-v<version>`[^\n]*`pypi-publish-vllm-sr-sim\.yml`",
    ],
    "3a. roll back with Helm": [
        rf"helm rollback semantic-router {NS} --wait",
        rf"helm rollback semantic-router 3 {NS} --wait",
        (
            rf"helm upgrade semantic-router{MORE}{CHART}{MORE}--version 0\.2\.0{MORE}"
            rf"--reset-then-reuse-values{MORE}--wait"
        ),
    ],
    "3b. roll back manifests": [
        rf"kubectl rollout history deployment/semantic-router {NS}",
        rf"kubectl rollout undo deployment/semantic-router {NS}",
        rf"kubectl rollout undo deployment/semantic-router --to-revision=3 {NS}",
        rf"image: {IMAGE}/extproc@sha256:[0-9a-f]{{64}} # v0\.2\.0",
        r"kubectl apply",
    ],
    "3c. roll back the Python package": [r"pip install vllm-sr==0\.2\.0\nvllm-sr --version"],
    "4. pinning": [
        r"make docker-build-extproc DOCKER_TAG=v0\.3\.0",
        r"make docker-pull-release DOCKER_TAG=v0\.3\.0",
        r"make helm-upgrade-version CHART_VERSION=0\.3\.0",
        r"values-production\.yaml",
        r"image:\n  tag: v0\.3\.0",
        (
            rf"helm upgrade semantic-router{MORE}{CHART}{MORE}--version 0\.3\.0{MORE}{NS}{MORE}"
            r"--values values-production\.yaml"
        ),
    ],
    "5. nightlies": [
        rf"docker pull {IMAGE}/vllm-sr:nightly-20260115",
        (
            rf"helm install semantic-router{MORE}{CHART}{MORE}--version 0\.0\.0-nightly\.20260115"
            rf"{MORE}--create-namespace"
        ),
    ],
    "6. promotion": [
        r"\n1\. ",
        r"`src/vllm-sr/pyproject\.toml`[^\n]*`candle-binding/Cargo\.toml`",
        (
            r"`v<version>`[^\n]*`docker-release\.yml`[^\n]*`helm-publish\.yml`[^\n]*"
            r"`publish-crate\.yml`[^\n]*`pypi-publish\.yml`"
        ),
        r"GitHub Release",
        (
            r"`src/fleet-sim/pyproject\.toml`[^\n]*`vllm-sr-sim-v<version>`[^\n]*"
            r"`pypi-publish-vllm-sr-sim\.yml`"
        ),
    ],
    "7. troubleshooting": [
        r"oras repo tags {registry}/charts/semantic-router",
        rf"helm uninstall semantic-router {NS}",
        rf"helm install semantic-router{MORE}{CHART}{MORE}--version 0\.2\.0{MORE}"
        r"--create-namespace" + MORE + "--values",
        r"ImagePullBackOff",
        rf"kubectl describe pod POD {NS}",
        r"ErrImagePull",
    ],
}
