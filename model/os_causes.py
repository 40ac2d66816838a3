"""Why the operating system refused, in words for staff."""

import errno
import socket

_CAUSES = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "同名的文件已经存在",
    errno.ENAMETOOLONG: "名称过长",
    errno.EMFILE: "打开的文件太多",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    socket.EAI_NONAME: "找不到这个地址",
    socket.EAI_AGAIN: "暂时查不到这个地址",
}


def cause(error: OSError) -> str:
    """A few words, to stand in brackets; the system's number where the cause is an unusual one."""
    return _CAUSES.get(error.errno or 0, f"系统错误 {error.errno or '不明'}")
