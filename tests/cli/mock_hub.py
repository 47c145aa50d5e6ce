"""A Hugging Face hub on this machine, with the parts of its protocol that downloads need, and faults on request."""

import hashlib
import http.server
import json
import os
import threading
import time
import urllib.parse


def git_name(data):
    """What git calls a file of these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def folder_files(folder):
    """{path within the folder: bytes}"""
    files = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder)] = file.read()
    return files


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.server.hub.requests.append((self.server.role, self.command, self.path, dict(self.headers)))
        try:
            self.server.serve(self)
        except (BrokenPipeError, ConnectionResetError):
            pass


class MockHub:
    """Files of `*.safetensors` are redirected to a second server, as to a content delivery network; others within the hub."""

    def __init__(self, context=None):
        self.repositories = {}  # {"org/name": {revision: commit}}
        self.commits = {}  # {commit: {path: bytes}}
        self.extra_paths = []  # listed without being there
        self.requests = []  # (role, method, path, headers)
        self.faults = []  # what happens to the next requests for bytes of weights, first to last
        self.answers = []  # (status, headers) given to the next requests to the hub itself
        self.token = None  # asked for where it is set
        self.gated = False
        self.piece, self.pause = 1 << 20, 0  # weights come in pieces of so many bytes, with so many seconds between them
        self.hub = self.start("hub", self.serve_hub, context)
        self.network = self.start("network", self.serve_network, context)
        scheme = "http" if context is None else "https"
        self.endpoint = f"{scheme}://127.0.0.1:{self.hub.server_port}"
        self.elsewhere = f"{scheme}://localhost:{self.network.server_port}"

    def start(self, role, serve, context):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.hub, server.role, server.serve = self, role, serve
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def stop(self):
        for server in (self.hub, self.network):
            server.shutdown()
            server.server_close()

    def add(self, name, files, revision="main"):
        commit = hashlib.sha1(repr((name, sorted(files.items()))).encode()).hexdigest()
        self.commits[commit] = files
        self.repositories.setdefault(name, {}).update({revision: commit, commit: commit})
        return commit

    def asked(self, role, method="GET"):
        return [(path, headers) for each, how, path, headers in self.requests if (each, how) == (role, method)]

    def serve_hub(self, request):
        if self.answers:
            status, headers = self.answers.pop(0)
            return request.answer(status, b"no", **headers)
        if self.token and request.headers.get("Authorization") != "Bearer " + self.token:
            return request.answer(401, **({"X_Error_Code": "GatedRepo"} if self.gated else {}))
        parts = urllib.parse.urlsplit(request.path).path.strip("/").split("/")
        if parts[:2] == ["api", "models"] and parts[4:5] == ["revision"]:
            return self.serve_list(request, "/".join(parts[2:4]), urllib.parse.unquote("/".join(parts[5:])))
        if parts[:2] == ["api", "models"] and parts[4:5] == ["tree"]:
            return self.serve_tree(request, "/".join(parts[2:4]), urllib.parse.unquote(parts[5]))
        if parts[:2] == ["api", "resolve-cache"]:
            return self.serve_file(request, "/".join(parts[2:4]), parts[4], urllib.parse.unquote("/".join(parts[5:])), True)
        if parts[2:3] == ["resolve"]:
            return self.serve_file(request, "/".join(parts[:2]), urllib.parse.unquote(parts[3]), urllib.parse.unquote("/".join(parts[4:])), False)
        return request.answer(404)

    def find(self, request, name, revision):
        revisions = self.repositories.get(name)
        if revisions is None:
            request.answer(404, X_Error_Code="RepoNotFound")
        elif revision not in revisions:
            request.answer(404, X_Error_Code="RevisionNotFound")
        else:
            return revisions[revision]
        return None

    def serve_list(self, request, name, revision):
        commit = self.find(request, name, revision)
        if commit:
            paths = [*self.commits[commit], *self.extra_paths]
            body = {"id": name, "sha": commit, "siblings": [{"rfilename": path} for path in paths]}
            request.answer(200, json.dumps(body).encode(), Content_Type="application/json")

    def serve_tree(self, request, name, revision):
        commit = self.find(request, name, revision)
        if commit:
            body = [{"type": "file", "path": path, "size": len(data), "oid": git_name(data)} for path, data in self.commits[commit].items()]
            request.answer(200, json.dumps(body).encode(), Content_Type="application/json")

    def serve_file(self, request, name, revision, path, is_cached):
        commit = self.find(request, name, revision)
        if not commit:
            return None
        data = self.commits[commit].get(path)
        if data is None:
            return request.answer(404, X_Error_Code="EntryNotFound", X_Repo_Commit=commit)
        sha256 = hashlib.sha256(data).hexdigest()
        if path.endswith(".safetensors"):
            return request.answer(302, b"Found", Location=f"{self.elsewhere}/{sha256}", X_Repo_Commit=commit,
                                  X_Linked_Etag=f'"{sha256}"', X_Linked_Size=str(len(data)))
        if not is_cached:
            return request.answer(307, b"Temporary Redirect", X_Repo_Commit=commit,
                                  Location=f"/api/resolve-cache/{name}/{commit}/" + urllib.parse.quote(path))
        return request.answer(200, data, ETag=f'W/"{git_name(data)}"', X_Repo_Commit=commit)

    def serve_network(self, request):
        data = next(data for files in self.commits.values() for data in files.values()
                    if hashlib.sha256(data).hexdigest() == request.path[1:])
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, int) and fault >= 400:
            return request.answer(fault, b"no")
        begin = 0
        asked = request.headers.get("Range")
        if asked and fault != "no ranges":
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(data):
                return request.answer(416, Content_Range=f"bytes */{len(data)}")
        body = data[begin:]
        if fault == "damage":
            body = body[:-1] + bytes([body[-1] ^ 1])
        request.send_response(206 if begin else 200)
        if begin:
            named = 0 if fault == "another range" else begin
            request.send_header("Content-Range", f"bytes {named}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if fault == "cut":
            request.wfile.write(body[:len(body) // 2])
            request.close_connection = True
            return None
        if fault == "stall":
            time.sleep(3)
        for at in range(0, len(body), self.piece):
            request.wfile.write(body[at:at + self.piece])
            request.wfile.flush()
            time.sleep(self.pause)
        return None
