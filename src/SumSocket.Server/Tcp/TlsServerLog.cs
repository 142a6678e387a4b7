using System.Net.Security;
using System.Security.Authentication;

namespace SumSocket.Server.Tcp;

/// <summary>The log messages of TLS, apart from the others so that these do not load what TLS needs. Event ids 116 to 119.</summary>
internal static partial class TlsServerLog
{
    [LoggerMessage(116, LogLevel.Debug, "#{Connection} completed its handshake: {Version}, {CipherSuite}")]
    public static partial void HandshakeDone(ILogger logger, long connection, SslProtocols version, TlsCipherSuite cipherSuite);

    [LoggerMessage(117, LogLevel.Information, "#{Connection} failed its TLS handshake: {Why}")]
    public static partial void HandshakeFailed(ILogger logger, long connection, string why);

    [LoggerMessage(118, LogLevel.Warning, "The certificate of this server {Fault}: clients that verify it refuse it")]
    public static partial void CertificateNotValid(ILogger logger, string fault);
}
