"""The store: renditions by digest and kind. Disposable: what is missing is made again."""
