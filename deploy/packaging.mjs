/**
 * A plugin of the framework that puts four things right while it packages.
 *
 * What is packaged is what lies in functions/ and lib/ now: bundles are made anew, so that nobody
 * ships those of yesterday. The stage is a resource of its own (deploy/capacity.yml), which is
 * where throttling is set; the framework would have its deployment make a stage that has none.
 * A deployment is a copy of the API as it is when it is made: it waits for the gateway responses
 * too, else one that has changed would not be in it. And deploy/rules.yml becomes part of the template.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const PROJECT = join(import.meta.dirname, '..')

export default class Packaging {
  constructor(serverless) {
    this.serverless = serverless
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.bundle(),
      'before:package:function:package': () => this.bundle(),
      'before:deploy:function:packageFunction': () => this.bundle(),
      'before:package:finalize': () => {
        this.ownStage()
        this.wholeDeployment()
        this.rules()
      },
    }
  }

  /** Throws where a function does not build: there is no package then. */
  bundle() {
    const node = join(PROJECT, 'node_modules/.bin/node')
    const command = existsSync(node) ? node : process.execPath
    execFileSync(command, ['local/bundle.ts'], {
      cwd: PROJECT,
      stdio: ['ignore', 2, 2],
      timeout: 120_000,
    })
  }

  ownStage() {
    const template = this.serverless.service.provider.compiledCloudFormationTemplate
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === 'AWS::ApiGateway::Deployment') delete Properties.StageName
    }
    // an address that does not answer: only the domains do
    delete template.Outputs.ServiceEndpoint
  }

  wholeDeployment() {
    const { provider, resources } = this.serverless.service
    const responses = Object.entries(resources.Resources)
      .filter(([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse')
      .map(([name]) => name)
    for (const resource of Object.values(provider.compiledCloudFormationTemplate.Resources)) {
      if (resource.Type === 'AWS::ApiGateway::Deployment') {
        resource.DependsOn = [...resource.DependsOn, ...responses]
      }
    }
  }

  rules() {
    const { provider, custom } = this.serverless.service
    provider.compiledCloudFormationTemplate.Rules = custom.rules
  }
}
