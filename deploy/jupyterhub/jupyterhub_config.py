"""JupyterHub for many trainings at once: one service for each class, no servers for persons.

A class is a file ``NAME.env`` in the folder ``KASUSKIT_CLASSES``. systemd gives that file to the class's service, and
this configuration reads the same file, so that both know one name, one port and one token.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub brings it


def read_env(path):
    """Return what a file for systemd's EnvironmentFile= says: NAME=VALUE, one a line."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def local(port, path=""):
    """Return an address of this machine."""
    return f"http://127.0.0.1:{port}{path}"


env = os.environ
classes = [read_env(path) for path in sorted(Path(env["KASUSKIT_CLASSES"]).glob("*.env"))]
names = [each["JUPYTERHUB_SERVICE_NAME"] for each in classes]

# ---- who may sign in
c.JupyterHub.authenticator_class = env.get("KASUSKIT_AUTHENTICATOR", "shared-password")
c.Authenticator.allow_all = True  # which class is open to whom is said below
c.Authenticator.admin_users = set(env.get("KASUSKIT_ADMINS", "").split())

# ---- the classes: the hub's groups `kelas-NAME` say who may enter which
c.JupyterHub.services = [
    {
        "name": each["JUPYTERHUB_SERVICE_NAME"],
        "url": each["JUPYTERHUB_SERVICE_URL"],
        "api_token": each["JUPYTERHUB_API_TOKEN"],
        "oauth_no_confirm": True,
    }
    for each in classes
]
if c.JupyterHub.authenticator_class == "shared-password":
    # One password for each class: who knows it is in the class, under a name of his or her choice.
    c.SharedPasswordAuthenticator.manage_groups = True
    c.SharedPasswordAuthenticator.password_groups = {
        each["KASUSKIT_PASSWORD"]: [f"kelas-{each['JUPYTERHUB_SERVICE_NAME']}"]
        for each in classes
        if each.get("KASUSKIT_PASSWORD")
    }
    c.SharedPasswordAuthenticator.admin_password = env.get("KASUSKIT_ADMIN_PASSWORD")
else:
    # Accounts of their own (pam, OAuth): those listed, and those whom an admin puts into the group on /hub/admin.
    c.JupyterHub.load_groups = {
        f"kelas-{each['JUPYTERHUB_SERVICE_NAME']}": {"users": each.get("KASUSKIT_MEMBERS", "").split()}
        for each in classes
    }
c.JupyterHub.load_roles = [
    # Nobody may start a server: it would be a Python prompt on this machine.
    {"name": "user", "description": "Sign in, and nothing else", "scopes": ["read:users!user"]},
    *(
        {"name": f"kelas-{name}", "scopes": [f"access:services!service={name}"], "groups": [f"kelas-{name}"]}
        for name in names
    ),
]
c.JupyterHub.default_url = f"/services/{names[0]}/" if len(names) == 1 else "/hub/home"

# ---- the proxy runs on its own, and so do the classes: the hub can be restarted while people practise
c.JupyterHub.hub_port = int(env.get("KASUSKIT_HUB_PORT", "8081"))
c.JupyterHub.cleanup_proxy = False
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = local(env.get("KASUSKIT_PROXY_API_PORT", "8001"))
c.ConfigurableHTTPProxy.auth_token = env["CONFIGPROXY_AUTH_TOKEN"]
c.JupyterHub.bind_url = local(env.get("KASUSKIT_PROXY_PORT", "8000"))

# ---- what the hub keeps: accounts, groups, who is signed in; answers are in the class databases
state = Path(env.get("KASUSKIT_HUB_STATE", "/var/lib/jupyterhub"))
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")

# ---- what an authenticator of your own needs, in a file of your own
if env.get("KASUSKIT_HUB_EXTRA"):
    load_subconfig(env["KASUSKIT_HUB_EXTRA"])  # noqa: F821
