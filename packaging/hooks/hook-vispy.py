"""What VisPy loads by name, so that PyInstaller cannot see it: back ends, shader sources, fonts."""

from PyInstaller.utils.hooks import collect_data_files

hiddenimports = [
    "vispy.app.backends._pyside6",
    "vispy.app.backends._qt",
    "vispy.app.backends._egl",
    "vispy.glsl",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
]
datas = collect_data_files("vispy", includes=["glsl/**/*", "io/_data/*", "util/fonts/data/*"])
excludedimports = ["scipy", "matplotlib", "IPython", "tkinter", "OpenGL", "PyQt5", "PyQt6", "PySide2"]
