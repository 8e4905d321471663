from .module import Hello
