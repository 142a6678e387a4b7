namespace SumSocket.Client.Tcp;

/// <summary>The PROXY protocol header that a client sends (proxy-protocol.txt of HAProxy).</summary>
public enum ProxyVersion
{
    /// <summary>No header.</summary>
    None,

    /// <summary>Version 1, a line of text.</summary>
    V1,

    /// <summary>Version 2, in binary.</summary>
    V2,
}
