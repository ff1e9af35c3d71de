"""Board and layers of 网格管理."""

from __future__ import annotations

from data.views.modules.view import ModuleView, no_board, no_layers

VIEW = ModuleView(no_board, no_layers)
