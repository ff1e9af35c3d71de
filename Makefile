# Everything a person does with the project from a shell. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test chromium run test kills check bench snapshot pictures lock clean

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes
# A stamp carries the checksum of its lock: a changed lock installs anew, an unchanged one costs nothing.
RUN_STAMP := $(VENV)/run-$(shell cksum < requirements.lock | tr ' ' '-')
TEST_STAMP := $(VENV)/test-$(shell cksum < requirements-test.lock | tr ' ' '-')
# The first that runs, is new enough and can build an environment; PYTHON=… chooses another.
PYTHONS := $(PYTHON) python3.11 python3.12 python3.13 python3 python3.14
IS_FIT := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
LOCK := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

help:
	@echo "make run       建立环境、数据库和演示镇，启动服务并显示网址"
	@echo "make setup     只建立 $(VENV) 并按锁定文件安装依赖"
	@echo "make test      安装测试所需（含 Chromium）并运行全部测试；ARGS=… 传给 pytest"
	@echo "make kills     在派遣的每一步强行结束服务进程并核对（KILLS=次数，默认 120）"
	@echo "make check     格式、静态检查、类型、架构"
	@echo "make bench     量测速度，每行附同次运行的对照；BENCH=… 只运行所列项目"
	@echo "make snapshot  生成可离线转交的当前态势网页 snapshot.html"
	@echo "make pictures  重新拍摄操作手册的插图（docs/images/）"
	@echo "make lock      按 pyproject.toml 重新锁定依赖（维护者用）"
	@echo "make clean     删除 $(VENV) 和各种缓存，不动 var/ 里的数据"

setup: $(RUN_STAMP)

setup-test: $(TEST_STAMP)

$(PY):
	@for candidate in $(PYTHONS); do \
		if "$$candidate" -c "$(IS_FIT)" 2>/dev/null; then \
			echo "用 $$("$$candidate" --version) 建立 $(VENV)"; \
			exec "$$candidate" -m venv $(VENV); \
		fi; \
	done; \
	echo "没有找到可用的 Python：需要 3.11 或更新，并带 venv 模块（Debian/Ubuntu：apt install python3-venv）。当前：$$(python3 --version 2>&1)" >&2; \
	exit 1

$(RUN_STAMP): | $(PY)
	@echo "安装运行所需的依赖（requirements.lock）"
	@$(PIP) -r requirements.lock
	@rm -f $(VENV)/run-* && touch $@

# The test lock holds everything of the run lock in the same versions.
$(TEST_STAMP): | $(PY)
	@echo "安装测试所需的依赖（requirements-test.lock）"
	@$(PIP) -r requirements-test.lock
	@rm -f $(VENV)/test-* $(VENV)/run-* && touch $@ $(RUN_STAMP)

chromium: setup-test
	@$(PY) tests/browser/chromium.py

run: setup
	@$(PY) -m data.cli init
	@exec $(PY) app.py

# A file's tests stay in one process, as they share servers and databases; ARGS="-n0" runs all in one.
test: setup-test chromium
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

kills: setup-test
	@KILLS=$(or $(KILLS),120) $(PY) -m pytest -q tests/callbacks/rest/test_kills.py

check: setup-test
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/test_architecture.py

bench: setup-test chromium
	@$(PY) -m bench $(BENCH)

snapshot: setup
	@$(PY) -m data.cli snapshot snapshot.html

pictures: setup-test chromium
	@$(PY) -m docs.pictures

samples: setup-test
	@$(PY) -m tests.data.loaders.sample_books

lock: setup-test
	@test -x $(VENV)/bin/uv || $(PY) -m pip --disable-pip-version-check install --quiet uv
	@$(LOCK) $(UPGRADE) -o requirements.lock
	@$(LOCK) $(UPGRADE) --group test -c requirements.lock -o requirements-test.lock
	@! grep -nE '^-|://' requirements.lock requirements-test.lock || (echo "锁定文件不得写明软件源地址" >&2; exit 1)

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
