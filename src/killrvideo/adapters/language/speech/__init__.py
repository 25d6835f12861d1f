"""What is said in a file of sound, by Whisper models in the format of CTranslate2.

The model lives in a process of its own, which ends with the file: the server keeps neither its memory nor its
threads. Only ``listening`` and ``waves``, which that process imports, need the large libraries.
"""
