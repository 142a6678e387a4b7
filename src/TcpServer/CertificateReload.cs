using System.Security.Cryptography.X509Certificates;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>Reads the certificate again, for new connections. When that fails the old one stays.</summary>
/// <param name="server">Whose certificate it is.</param>
/// <param name="read">Reads it.</param>
/// <param name="log">Where the outcome is logged.</param>
internal sealed class CertificateReload(
    SumTcpServer server, Func<(X509Certificate2 Certificate, X509Certificate2Collection Intermediates)> read, ILogger log)
{
    public void Run()
    {
        try
        {
            (X509Certificate2 certificate, X509Certificate2Collection intermediates) = read();
            server.ReplaceCertificate(certificate, intermediates);
            CertificateLog.Reloaded(log, certificate.Subject, certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception failure)
        {
            CertificateLog.NotReloaded(log, failure.Message);
        }
    }
}

/// <summary>What the program logs of its certificate. Event ids 410 to 419.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(410, LogLevel.Information, "New connections get the certificate {Subject}, valid until {End:yyyy-MM-dd HH:mm:ss}Z")]
    public static partial void Reloaded(ILogger logger, string subject, DateTime end);

    [LoggerMessage(411, LogLevel.Error, "The certificate was not replaced: {Why}")]
    public static partial void NotReloaded(ILogger logger, string why);
}
