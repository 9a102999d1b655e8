"""How each command is called: shown at the end of its help, in the man pages, and tried by a test.

The key is the command's path; each value is one or more whole command lines.
"""

import click

EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("shipway demo", "shipway demo --headless"),
    "daemon run": ("SHIPWAY_HOME=/srv/shipway shipway daemon run",),
    "daemon start": ("shipway daemon start",),
    "daemon stop": ("shipway daemon stop",),
    "daemon restart": ("shipway daemon restart",),
    "daemon status": ("shipway daemon status", "shipway daemon status --json"),
    "daemon metrics": ("shipway daemon metrics > /var/lib/node_exporter/shipway.prom",),
    "daemon logs": ("shipway daemon logs -n 50", "shipway daemon logs -f"),
    "doctor": ("shipway doctor", "shipway doctor --scrub --json"),
    "inspect": ("shipway inspect app-release.apk", "shipway inspect build/*.ipa --json"),
    "config show": ("shipway config show",),
    "config check": ("shipway config check --json",),
    "config edit": ("EDITOR=nano shipway config edit",),
    "add": (
        "shipway add app-release.apk --candidate --notes-file NOTES.md",
        "shipway add MyApp.pkg --profile ana/shop-mac --build-version 2.1 --build-number 214",
        "curl -s https://ci.example/app.apk | shipway add - --name app.apk",
    ),
    "upload list": ("shipway upload list",),
    "upload cancel": ("shipway upload cancel 3f9c",),
    "watch add": (
        "shipway watch add app/build/outputs --preset android --candidate",
        "shipway watch add ~/Builds --glob '*.ipa' --hold",
    ),
    "watch set": ("shipway watch set 1 --keep-last 20", "shipway watch set 1 --unset glob"),
    "watch list": ("shipway watch list",),
    "watch show": ("shipway watch show 1", "shipway watch show app/build/outputs"),
    "watch remove": ("shipway watch remove 1",),
    "unmatched list": ("shipway unmatched list --folder 1",),
    "unmatched file": ("shipway unmatched file 7 --profile ana/shop-android",),
    "unmatched drop": ("shipway unmatched drop 7 --yes",),
    "app list": ("shipway app list",),
    "profile create": ("shipway profile create ana/shop-ios --channel ios-phone --app ana/shop",),
    "profile list": ("shipway profile list", "shipway profile list --query shop"),
    "profile show": ("shipway profile show ana/shop-ios",),
    "profile rename": ("shipway profile rename ana/shop-ios store-ios",),
    "profile set": (
        "shipway profile set ana/shop-ios --keep-last 50 --no-keep-candidates",
        "shipway profile set ana/shop-ios --require-newer-build error",
    ),
    "profile delete": ("shipway profile delete ana/shop-ios --confirm ana/shop-ios",),
    "version list": (
        "shipway version list ana/shop-ios --limit 10",
        "shipway version list --query 'checkout' --json",
    ),
    "version show": ("shipway version show ana/shop-ios@7",),
    "version set": ("shipway version set ana/shop-mac@3 --version 2.1 --build 214",),
    "version notes": (
        "shipway version notes ana/shop-ios@7",
        "shipway version notes ana/shop-ios@7 'Faster checkout'",
        "git log -5 --format=%s | shipway version notes ana/shop-ios@7 --file -",
    ),
    "version candidate": ("shipway version candidate ana/shop-ios@7",),
    "version uncandidate": ("shipway version uncandidate ana/shop-ios@7",),
    "version reject": ("shipway version reject ana/shop-ios@7 --message 'Crashes at start'",),
    "version diff": ("shipway version diff ana/shop-ios@6 ana/shop-ios@7",),
    "version download": (
        "shipway version download ana/shop-ios@7 -o builds/",
        "shipway version download ana/shop-ios@7 -o - | sha256sum",
    ),
    "version delete": ("shipway version delete ana/shop-ios@7 --yes",),
    "prune": ("shipway prune --dry-run", "shipway prune"),
    "env add": (
        "shipway env add shop --adapter http_management --set server=https://shop.example",
    ),
    "env set": ("shipway env set shop --set channels=ios-phone --unset token",),
    "env list": ("shipway env list", "shipway env list --json | jq -r .name"),
    "env show": ("shipway env show enterprise-store",),
    "env check": ("shipway env check enterprise-store",),
    "env remove": ("shipway env remove shop --yes",),
    "publish": (
        "shipway publish --app ana/shop --env enterprise-store",
        "shipway publish --app ana/shop --env enterprise-store --dry-run",
        "shipway publish --app ana/shop --env shop --select ios-phone=7 --queue",
        "shipway publish --app ana/shop --env shop --active --target group:beta",
    ),
    "unpublish": (
        "shipway unpublish --app ana/shop --env enterprise-store --confirm-remove ana/shop",
    ),
    "job list": ("shipway job list --state running --state queued",),
    "job show": ("shipway job show 12 --wait",),
    "job log": ("shipway job log 12",),
    "job cancel": ("shipway job cancel 12",),
    "job retry": ("shipway job retry 12 --queue",),
    "event list": ("shipway event list --limit 20", "shipway event list --kind job.done"),
    "event follow": ("shipway event follow --json",),
    "plugin list": ("shipway plugin list",),
    "plugin show": ("shipway plugin show http_management",),
    "plugin disable": ("shipway plugin disable command",),
    "plugin enable": ("shipway plugin enable command",),
    "backup": ("shipway backup /mnt/backups/shipway", "shipway backup /mnt/backups/shipway --json"),
    "restore": (
        "shipway restore /mnt/backups/shipway",
        "SHIPWAY_HOME=/tmp/look shipway restore /mnt/backups/shipway",
    ),
    "migrate": ("shipway migrate",),
    "completion": (
        "shipway completion bash > ~/.local/share/bash-completion/completions/shipway",
        "shipway completion zsh > ~/.zfunc/_shipway",
        "shipway completion fish > ~/.config/fish/completions/shipway.fish",
    ),
}


def examples_of(path: str) -> tuple[str, ...]:
    """The command lines that show how a command is called: none where it is not in the table."""
    return EXAMPLES.get(path, ())


def path_of(context: click.Context) -> str:
    """The command's path below the program: `version list`."""
    names = []
    while context.parent is not None:
        names.append(context.info_name or "")
        context = context.parent
    return " ".join(reversed(names))
