"""Which command does what a key does, by the id of its binding.

`make lint` (contrib/actions.py) walks every binding and every command: a key without its line here,
or a command without one, fails it; docs/actions.md is written from this table. A line goes under
its noun.
"""

#: Binding id to the command that does the same; several, where the key does one or the other.
#: An option behind a command is the part of it that is meant.
COMMANDS: dict[str, str | tuple[str, ...]] = {
    # Places
    "place.profiles": "profile list",
    "place.environments": "env list",
    "place.jobs": "job list",
    "place.activity": ("event list", "event follow"),
    "place.plugins": "plugin list",
    "place.folders": "watch list",
    "place.daemon": "daemon status",
    # Files
    "app.add": "add",
    "app.guide": ("watch add", "version candidate", "publish"),
    "app.inspect": "inspect",
    "add.submit": "add",
    "inspect.add": "add",
    # Lists
    "list.filter": "profile list --query",
    "list.sort": "profile list --sort",
    # Profiles
    "profile.open": "version list",
    "profile.publish": "publish",
    "profile.create": "profile create",
    "profile.rename": "profile rename",
    "profile.delete": "profile delete",
    "profile.rules": "profile set",
    # Versions
    "version.candidate": ("version candidate", "version uncandidate"),
    "version.open": "version show",
    "version.information": "version show",
    "version.notes": "version notes",
    "version.diff": "version diff",
    "version.numbers": "version set",
    "version.save": "version download",
    "version.reject": "version reject",
    "version.delete": "version delete",
    "version.publish": "publish",
    "prompt.editor": "version notes --file",
    # Environments
    "environment.add": "env add",
    "environment.edit": "env set",
    "environment.check": "env check",
    "environment.publish": "publish",
    "environment.unpublish": "unpublish",
    "environment.remove": "env remove",
    # Jobs
    "job.open": ("job show", "job log"),
    "job.log": "job log",
    "job.cancel": "job cancel",
    "job.retry": "job retry",
    "job.only_open": "job list --state",
    # Plugins
    "plugin.switch": ("plugin disable", "plugin enable"),
    "plugin.probe": "plugin show",
    # Folders and what comes in
    "folder.add": "watch add",
    "folder.edit": "watch set",
    "folder.remove": "watch remove",
    "inbox.open": "unmatched list",
    "inbox.file": "unmatched file",
    "inbox.drop": "unmatched drop",
    # Long work of the home
    "upload.cancel": "upload cancel",
    "prune.do": "prune",
    "doctor.look": "doctor",
    "doctor.scrub": "doctor --scrub",
    # The daemon
    "daemon.restart": ("daemon restart", "daemon start"),
    "daemon.stop": "daemon stop",
    "daemon.backup": "backup",
    "daemon.log": "daemon logs",
    "daemon.doctor": "doctor",
    "daemon.prune": "prune",
    "daemon.uploads": "upload list",
    "daemon.config": ("config edit", "config show", "config check"),
    # Questions
    "review.submit": "publish",
}

#: Actions of the screen itself, which the daemon hears nothing of: a name in the palette and no
#: command. The reason follows each.
SCREEN_ONLY: dict[str, str] = {
    "app.help": "`--help` behind every command",
    "app.quit": "a command ends by itself",
    "inspect.copy": "`inspect` prints it",
    "app.suspend": "the shell's own key",
    "app.undo": "the command that did it, the other way round",
    "view.theme": "`theme` in config.toml",
    "list.refresh": "a command always reads afresh",
    "list.views": "`--query` and `--sort` ask for the same",
    "list.save_view": "`--query` and `--sort` ask for the same",
    "view.delete": "`--query` and `--sort` ask for the same",
    "list.mark": "a command takes several addresses, or runs in a loop",
    "list.mark_all": "a command takes several addresses, or runs in a loop",
    "list.copy": "every list prints it",
    "log.follow": "`job log` and `daemon logs` print it",
    "log.search": "`grep` behind a command",
    "log.next": "`grep` behind a command",
    "log.previous": "`grep` behind a command",
    "log.copy": "`job log` prints it",
    "list.copy_other": "`--json` prints everything",
    "tab.find": "`grep` behind a command",
    "list.browse": "`version show` prints the link",
    "job.copy_tracking": "`job show` prints it",
}

#: Keys that only move, type, confirm or close: neither in the palette nor commands.
MOVING: frozenset[str] = frozenset(
    {
        "app.palette",
        "app.quit_at_once",
        # Lists
        "list.back",
        "list.down",
        "list.end",
        "list.page_down",
        "list.page_up",
        "list.top",
        "list.up",
        # The detail
        "detail.down",
        "detail.end",
        "detail.page_down",
        "detail.page_up",
        "detail.top",
        "detail.up",
        # One job
        "job.back",
        # Tabs
        "tab.next",
        "tab.previous",
        # What differs
        "diff.back",
        # The filter
        "filter.clear",
        "filter.complete",
        "filter.keep",
        # Texts and logs
        "log.back",
        "log.clear",
        "log.down",
        "log.left",
        "log.page_down",
        "log.page_up",
        "log.right",
        "log.up",
        "text.back",
        # Files and the guide
        "guide.back",
        "guide.go_on",
        "guide.leave",
        "add.forget",
        "add.leave",
        "path.complete",
        "path.down",
        "path.up",
        # The help
        "help.close",
        "help.down",
        "help.up",
        # Questions and forms
        "file.down",
        "file.up",
        "form.leave",
        "form.submit",
        "prompt.cancel",
        "prompt.do",
        "prompt.save",
        "review.cancel",
    }
)

#: Commands that no key of the TUI does, each with its reason.
COMMAND_LINE_ONLY: dict[str, str] = {
    "demo": "opens a TUI of its own, on a home that is thrown away",
    "daemon run": "the daemon itself, in the foreground",
    "daemon metrics": "figures for a program, not for a person",
    "env show": "the detail of Environments shows it",
    "plugin show": "the detail of Plugins shows it",
    "profile show": "the detail of Profiles shows it",
    "watch show": "the detail of Folders shows it",
    "app list": "Profiles and the review name the apps",
    "completion": "is for a shell",
    "migrate": "the daemon does so at its start",
    "restore": "a daemon must not run for the home",
}
